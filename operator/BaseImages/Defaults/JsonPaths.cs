using System.Text.Json.Nodes;

namespace GemmaOperator.BaseImages.Defaults;

/// <summary>Reads and writes fields of JSON objects by path, such as <c>build.cache.mode</c>.</summary>
internal static class JsonPaths
{
    /// <summary>Returns null where there is none, or nothing in it.</summary>
    public static JsonNode? Get(JsonObject root, string path)
    {
        JsonNode? at = root;
        foreach (var name in path.Split('.'))
        {
            at = (at as JsonObject)?[name];
        }

        return IsEmpty(at) ? null : at;
    }

    /// <summary>Writes a copy of a value, with the objects above it that aren't there.</summary>
    public static void Set(JsonObject root, string path, JsonNode value)
    {
        var names = path.Split('.');
        var at = root;
        foreach (var name in names[..^1])
        {
            if (at[name] is not JsonObject below)
            {
                at[name] = below = [];
            }

            at = below;
        }

        at[names[^1]] = value.DeepClone();
    }

    /// <summary>Tells whether a value says nothing.</summary>
    public static bool IsEmpty(JsonNode? node) =>
        node is null or JsonArray { Count: 0 } or JsonObject { Count: 0 }
        || (node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length == 0);
}
