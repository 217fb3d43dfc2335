using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Json;
using LocalCluster.Storage;

namespace LocalCluster.Reads;

/// <summary>
/// Translates events, which are one thing under two names: stored as core/v1, served as events.k8s.io/v1 too.
/// </summary>
internal static class EventForm
{
    private const string Group = "events.k8s.io";

    private static readonly (string Core, string Events)[] Names =
    [
        ("involvedObject", "regarding"),
        ("message", "note"),
        ("reportingComponent", "reportingController"),
        ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"),
    ];

    public static bool IsFor(ResourceInfo resource) => resource.Group == Group;

    /// <summary>Returns a body or a patch of events.k8s.io in core's names.</summary>
    public static JsonObject ToCore(JsonObject json) => Rename(json, toCore: true);

    public static JsonObject ToEvents(JsonObject json) => Rename(json, toCore: false);

    /// <summary>Returns an object's bytes in the form of the resource that is asked for.</summary>
    public static byte[] Bytes(StoredObject o, ResourceInfo resource) =>
        IsFor(resource) ? JsonSerializer.SerializeToUtf8Bytes(ToEvents(o.Copy()), JsonText.Options) : o.Bytes;

    private static JsonObject Rename(JsonObject json, bool toCore)
    {
        var renamed = new JsonObject();
        foreach (var (name, value) in json)
        {
            var pair = Names.FirstOrDefault(n => (toCore ? n.Events : n.Core) == name);
            renamed[
                pair == default ? name
                : toCore ? pair.Core
                : pair.Events
            ] = value?.DeepClone();
        }

        if (renamed.ContainsKey("apiVersion"))
        {
            renamed["apiVersion"] = toCore ? "v1" : $"{Group}/v1";
        }

        return renamed;
    }
}
