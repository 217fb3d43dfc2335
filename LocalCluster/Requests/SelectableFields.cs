using System.Collections.Frozen;
using LocalCluster.Discovery;

namespace LocalCluster.Requests;

/// <summary>
/// Names the fields that objects can be selected by besides name and namespace, each with its place in what is stored.
/// </summary>
internal static class SelectableFields
{
    private static readonly string[] Reference =
    [
        "kind",
        "namespace",
        "name",
        "uid",
        "apiVersion",
        "resourceVersion",
        "fieldPath",
    ];

    private static readonly FrozenDictionary<string, string> None = FrozenDictionary<string, string>.Empty;

    private static readonly Dictionary<string, FrozenDictionary<string, string>> OfKinds = new(StringComparer.Ordinal)
    {
        ["pods"] = Same(
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName"
        ),
        ["secrets"] = Same("type"),
        ["namespaces"] = Same("status.phase"),
        ["nodes"] = Same("spec.unschedulable"),
        ["services"] = Same("spec.clusterIP", "spec.type"),
        ["jobs.batch"] = Same("status.successful"),
        ["replicasets.apps"] = Same("status.replicas"),
    };

    private static readonly FrozenDictionary<string, string> CoreEvent = Event("involvedObject", "reportingComponent");

    /// <summary>Events under their newer name: stored are the older fields.</summary>
    private static readonly FrozenDictionary<string, string> NewEvent = Event("regarding", "reportingController");

    /// <summary>Returns the fields of a resource, with their paths.</summary>
    public static IReadOnlyDictionary<string, string> Of(ResourceInfo resource) =>
        resource.Key == "events"
            ? resource.Group.Length == 0
                ? CoreEvent
                : NewEvent
            : OfKinds.GetValueOrDefault(resource.Key, None);

    private static FrozenDictionary<string, string> Same(params string[] fields) =>
        fields.ToFrozenDictionary(f => f, StringComparer.Ordinal);

    private static FrozenDictionary<string, string> Event(string about, string reporter) =>
        Reference
            .Select(f => KeyValuePair.Create($"{about}.{f}", $"involvedObject.{f}"))
            .Append(new(reporter, "reportingComponent"))
            .Append(new("source", "source.component"))
            .Append(new("reason", "reason"))
            .Append(new("type", "type"))
            .ToFrozenDictionary(StringComparer.Ordinal);
}
