using System.Text.Json;
using System.Text.Json.Nodes;

namespace GemmaInference.Grammar.Json;

/// <summary>Merges what two schemas say of an object's properties.</summary>
internal static class ObjectMerge
{
    private const string Listed = "properties";
    private const string Others = "additionalProperties";

    /// <summary>Holds properties that one schema lists to what the other says of those that it doesn't.</summary>
    public static void Hold(JsonObject one, JsonObject other)
    {
        HoldTo(one, other);
        HoldTo(other, one);
    }

    /// <summary>Returns all properties; those that both list are held to both.</summary>
    public static JsonObject Properties(JsonObject one, JsonObject other)
    {
        var all = (JsonObject)one.DeepClone();
        foreach (var (name, value) in other)
        {
            all[name] = all.TryGetPropertyValue(name, out var before) ? Both(before, value) : value?.DeepClone();
        }

        return all;
    }

    /// <summary>Returns a schema by which both hold.</summary>
    public static JsonNode Both(JsonNode? one, JsonNode? other) =>
        IsFalse(one) || IsFalse(other)
            ? JsonValue.Create(false)
            : new JsonObject { ["allOf"] = new JsonArray(one?.DeepClone(), other?.DeepClone()) };

    private static void HoldTo(JsonObject from, JsonObject to)
    {
        if (
            from[Others] is not { } others
            || others.GetValueKind() == JsonValueKind.True
            || to[Listed] is not JsonObject
        )
        {
            return;
        }

        var own = from[Listed] as JsonObject;
        var listed = (JsonObject)to[Listed]!;
        foreach (var name in listed.Select(member => member.Key).Where(name => own?.ContainsKey(name) != true).ToList())
        {
            listed[name] = Both(listed[name], others);
        }
    }

    private static bool IsFalse(JsonNode? node) => node?.GetValueKind() == JsonValueKind.False;
}
