using System.Text.Json;

namespace KubectlGemma.Cluster;

/// <summary>Holds one event of a watch: ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.</summary>
internal sealed record WatchedObject(string Type, JsonElement Object);
