namespace LocalCluster.Nodes.Client;

/// <summary>Holds the paths of a kind that controllers and kubelets work on.</summary>
internal sealed record Kind(string GroupVersion, string Plural, bool Namespaced = true)
{
    public static readonly Kind Job = new("apis/batch/v1", "jobs");
    public static readonly Kind Deployment = new("apis/apps/v1", "deployments");
    public static readonly Kind ReplicaSet = new("apis/apps/v1", "replicasets");
    public static readonly Kind Pod = new("api/v1", "pods");
    public static readonly Kind Node = new("api/v1", "nodes", Namespaced: false);
    public static readonly Kind Event = new("api/v1", "events");
    public static readonly Kind ConfigMap = new("api/v1", "configmaps");
    public static readonly Kind Secret = new("api/v1", "secrets");

    public static readonly Kind Quota = new("api/v1", "resourcequotas");

    public static readonly Kind Claim = new("api/v1", "persistentvolumeclaims");
    public static readonly Kind Volume = new("api/v1", "persistentvolumes", Namespaced: false);
    public static readonly Kind StorageClass = new("apis/storage.k8s.io/v1", "storageclasses", Namespaced: false);

    public string All => $"/{GroupVersion}/{Plural}";

    public string In(string ns) => $"/{GroupVersion}/namespaces/{ns}/{Plural}";

    public string Of(string ns, string name) => $"{In(ns)}/{name}";
}
