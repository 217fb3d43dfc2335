using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Storage;

/// <summary>Holds one version of one object. Never changed once stored: a change is a new version.</summary>
internal sealed class StoredObject
{
    public StoredObject(JsonObject json, long version)
    {
        Json = json;
        Version = version;
        Bytes = JsonSerializer.SerializeToUtf8Bytes(json, JsonText.Options);
        var metadata = json.Metadata();
        Name = metadata.Text("name") ?? "";
        Namespace = metadata.Text("namespace") ?? "";
        Uid = metadata.Text("uid") ?? "";
        Labels = metadata["labels"] is JsonObject labels
            ? labels.ToDictionary(l => l.Key, l => (string?)l.Value ?? "", StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal);
    }

    /// <summary>Gets the object; it is only read under the store's lock, and only changed in a clone.</summary>
    public JsonObject Json { get; }

    /// <summary>Gets the object as UTF-8 JSON, serialised once for all readers and watchers.</summary>
    public byte[] Bytes { get; }

    public long Version { get; }

    public string Name { get; }

    public string Namespace { get; }

    public string Uid { get; }

    public IReadOnlyDictionary<string, string> Labels { get; }

    /// <summary>Gets the key in etcd's order: namespace, then name.</summary>
    public string Key => KeyOf(Namespace, Name);

    public static string KeyOf(string ns, string name) => ns.Length == 0 ? name : $"{ns}/{name}";

    /// <summary>Returns a copy that may be changed.</summary>
    public JsonObject Copy() => (JsonObject)JsonNode.Parse(Bytes)!;
}
