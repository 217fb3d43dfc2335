using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LocalCluster.Json;

/// <summary>Reads JSON nodes in few words; what isn't there or has another type is null.</summary>
internal static class JsonText
{
    public static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string? Text(this JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static string? Text(this JsonObject? node, string field) => node?[field].Text();

    public static long? Number(this JsonNode? node) =>
        node is JsonValue value
            ? value.TryGetValue<long>(out var number)
                ? number
                : value.TryGetValue<int>(out var small)
                    ? small
                    : value.TryGetValue<double>(out var real) && real == Math.Floor(real)
                        ? (long)real
                        : null
            : null;

    public static bool IsTrue(this JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<bool>(out var yes) && yes;

    public static JsonObject? Object(this JsonNode? node, string field) => (node as JsonObject)?[field] as JsonObject;

    public static JsonArray? Array(this JsonNode? node, string field) => (node as JsonObject)?[field] as JsonArray;

    /// <summary>Returns the object's metadata; made when it has none.</summary>
    public static JsonObject Metadata(this JsonObject json) => json.Child("metadata");

    /// <summary>Returns a field that is an object; made when there is none.</summary>
    public static JsonObject Child(this JsonObject json, string field)
    {
        if (json[field] is JsonObject child)
        {
            return child;
        }

        child = [];
        json[field] = child;
        return child;
    }

    public static JsonObject Copy(this JsonObject json) => (JsonObject)json.DeepClone();

    public static string Write(this JsonNode? node) => node is null ? "null" : node.ToJsonString(Options);
}
