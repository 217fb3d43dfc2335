using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LocalCluster.Builtin;
using LocalCluster.Json;
using LocalCluster.Schema;

namespace LocalCluster.Discovery;

/// <summary>
/// Knows what is served: the built-in kinds that somebody needs, and custom resources as they are defined.
/// </summary>
internal sealed class ResourceCatalog
{
    private ImmutableList<ResourceInfo> _resources = [.. BuiltinKinds()];

    public IReadOnlyList<ResourceInfo> All => _resources;

    public ResourceInfo? Find(string group, string version, string plural) =>
        _resources.Find(r => r.Group == group && r.Version == version && r.Plural == plural);

    public ResourceInfo? ByKey(string key) => _resources.Find(r => r.Key == key);

    public ResourceInfo? ByKind(string group, string kind) => _resources.Find(r => r.Group == group && r.Kind == kind);

    /// <summary>Serves what a CustomResourceDefinition defines, in place of what it defined before.</summary>
    public void Define(JsonObject crd)
    {
        var spec = crd.Object("spec")!;
        var names = spec.Object("names")!;
        var served = (spec.Array("versions") ?? [])
            .OfType<JsonObject>()
            .Where(v => v["served"].IsTrue())
            .Select(v => ToResource(spec, names, v));
        Forget(crd);
        _resources = _resources.AddRange(served);
    }

    public void Forget(JsonObject crd)
    {
        var (group, plural) = (crd.Object("spec").Text("group"), crd.Object("spec").Object("names").Text("plural"));
        _resources = _resources.RemoveAll(r => r.IsCustom && r.Group == group && r.Plural == plural);
    }

    private static ResourceInfo ToResource(JsonObject spec, JsonObject names, JsonObject version)
    {
        var schema = (JsonObject)version.Object("schema").Object("openAPIV3Schema")!.DeepClone();
        var subresources = version.Object("subresources");
        return new ResourceInfo
        {
            Group = spec.Text("group")!,
            Version = version.Text("name")!,
            Plural = names.Text("plural")!,
            Singular = names.Text("singular")!,
            Kind = names.Text("kind")!,
            Namespaced = spec.Text("scope") == "Namespaced",
            ShortNames = [.. (names.Array("shortNames") ?? []).Select(n => n.Text()!)],
            Categories = [.. (names.Array("categories") ?? []).Select(n => n.Text()!)],
            HasStatus = subresources?["status"] is not null,
            ScalePath = subresources.Object("scale").Text("specReplicasPath"),
            Schema = new StructuralSchema(schema),
            HasRules = StructuralSchema.HasRules(schema),
            Columns = (version.Array("additionalPrinterColumns") ?? Age()).DeepClone() as JsonArray,
            Builtin = new PlainKind(hasGeneration: false),
        };
    }

    private static JsonArray Age() =>
        [
            new JsonObject
            {
                ["name"] = "Age",
                ["type"] = "date",
                ["jsonPath"] = ".metadata.creationTimestamp",
            },
        ];

    private static IEnumerable<ResourceInfo> BuiltinKinds()
    {
        yield return Kind(
            "",
            "v1",
            "namespaces",
            "Namespace",
            new NamespaceKind(),
            namespaced: false,
            status: true,
            shortNames: ["ns"]
        );
        yield return Kind(
            "",
            "v1",
            "nodes",
            "Node",
            new PlainKind(false),
            namespaced: false,
            status: true,
            shortNames: ["no"]
        );
        yield return Kind(
            "",
            "v1",
            "pods",
            "Pod",
            new PodKind(),
            status: true,
            shortNames: ["po"],
            categories: ["all"]
        );
        yield return Kind("", "v1", "configmaps", "ConfigMap", new ConfigMapKind(), shortNames: ["cm"]);
        yield return Kind("", "v1", "secrets", "Secret", new SecretKind());
        yield return Kind(
            "",
            "v1",
            "services",
            "Service",
            new ServiceKind(),
            status: true,
            shortNames: ["svc"],
            categories: ["all"]
        );
        yield return Kind("", "v1", "serviceaccounts", "ServiceAccount", new PlainKind(false), shortNames: ["sa"]);
        yield return Kind(
            "",
            "v1",
            "persistentvolumeclaims",
            "PersistentVolumeClaim",
            new PlainKind(false),
            status: true,
            shortNames: ["pvc"]
        );
        yield return Kind("", "v1", "events", "Event", new EventKind(), shortNames: ["ev"]) with
        {
            Storage = "events",
        };
        yield return Kind("events.k8s.io", "v1", "events", "Event", new EventKind(), shortNames: ["ev"]) with
        {
            Storage = "events",
        };
        yield return Kind("batch", "v1", "jobs", "Job", new JobKind(), status: true, categories: ["all"]);
        yield return Kind(
            "apps",
            "v1",
            "deployments",
            "Deployment",
            new DeploymentKind(false),
            status: true,
            shortNames: ["deploy"],
            categories: ["all"]
        ) with
        {
            ScalePath = ".spec.replicas",
        };
        yield return Kind(
            "apps",
            "v1",
            "replicasets",
            "ReplicaSet",
            new DeploymentKind(true),
            status: true,
            shortNames: ["rs"],
            categories: ["all"]
        ) with
        {
            ScalePath = ".spec.replicas",
        };
        yield return Kind("coordination.k8s.io", "v1", "leases", "Lease", new LeaseKind());
        yield return Kind(
            "policy",
            "v1",
            "poddisruptionbudgets",
            "PodDisruptionBudget",
            new PlainKind(true),
            status: true,
            shortNames: ["pdb"]
        );
        yield return Kind(
            "scheduling.k8s.io",
            "v1",
            "priorityclasses",
            "PriorityClass",
            new PlainKind(false),
            namespaced: false,
            shortNames: ["pc"]
        );
        yield return Kind(
            "node.k8s.io",
            "v1",
            "runtimeclasses",
            "RuntimeClass",
            new PlainKind(false),
            namespaced: false
        );
        yield return Kind("rbac.authorization.k8s.io", "v1", "roles", "Role", new PlainKind(false));
        yield return Kind("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", new PlainKind(false));
        yield return Kind(
            "rbac.authorization.k8s.io",
            "v1",
            "clusterroles",
            "ClusterRole",
            new PlainKind(false),
            namespaced: false
        );
        yield return Kind(
            "rbac.authorization.k8s.io",
            "v1",
            "clusterrolebindings",
            "ClusterRoleBinding",
            new PlainKind(false),
            namespaced: false
        );
        yield return Kind(
            "apiextensions.k8s.io",
            "v1",
            "customresourcedefinitions",
            "CustomResourceDefinition",
            new CustomResourceDefinitionKind(),
            namespaced: false,
            status: true,
            shortNames: ["crd", "crds"]
        );
        yield return Kind(
            "authorization.k8s.io",
            "v1",
            "selfsubjectaccessreviews",
            "SelfSubjectAccessReview",
            BuiltinKind.None,
            namespaced: false
        ) with
        {
            IsReview = true,
        };
    }

    private static ResourceInfo Kind(
        string group,
        string version,
        string plural,
        string kind,
        BuiltinKind builtin,
        bool namespaced = true,
        bool status = false,
        string[]? shortNames = null,
        string[]? categories = null
    ) =>
        new()
        {
            Group = group,
            Version = version,
            Plural = plural,
            Singular = kind.ToLowerInvariant(),
            Kind = kind,
            Namespaced = namespaced,
            HasStatus = status,
            ShortNames = shortNames ?? [],
            Categories = categories ?? [],
            Builtin = builtin,
        };
}
