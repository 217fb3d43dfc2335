namespace LocalCluster.Schema;

/// <summary>
/// Holds the merge keys of the built-in kinds, by the name of the field and of the one above it: they are the same
/// wherever those fields appear in the kinds that are served here (k8s.io/api, patchMergeKey and listMapKey).
/// </summary>
internal sealed class BuiltinShape(string name, string parent) : Shape
{
    public static readonly BuiltinShape Root = new("", "");

    private static readonly HashSet<string> AtomicMaps = new(StringComparer.Ordinal)
    {
        "matchLabels",
        "resourceFieldRef",
        "secretKeyRef",
        "configMapKeyRef",
        "fieldRef",
    };

    public override bool IsAtomic => AtomicMaps.Contains(name);

    public override bool IsSet => name == "finalizers";

    public override IReadOnlyList<string> Keys =>
        name switch
        {
            "containers"
            or "initContainers"
            or "ephemeralContainers"
            or "volumes"
            or "env"
            or "imagePullSecrets"
            or "webhooks"
            or "matchConditions"
            or "variables" => ["name"],
            "volumeMounts" => ["mountPath"],
            "ports" => parent is "spec" ? ["port", "protocol"] : ["containerPort", "protocol"],
            "conditions" => ["type"],
            "ownerReferences" => ["uid"],
            _ => [],
        };

    public override string? KeyDefault(string key) => key == "protocol" ? "TCP" : null;

    public override Shape Field(string field) => new BuiltinShape(field, name);

    public override Shape Item() => new BuiltinShape("", name);
}
