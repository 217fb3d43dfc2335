using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace GemmaOperator.Rollout;

/// <summary>
/// Whether a live object still says what we want of it. Fields we don't state (defaults, other managers' fields, list
/// items of theirs) are none of our business; fields we state are compared by value, quantities included.
/// </summary>
internal static class Drift
{
    /// <summary>Path of the first difference; null when there is none.</summary>
    public static string? Between(object desired, object live) =>
        Compare(Json(desired), Json(live), string.Empty);

    private static JsonNode? Json(object value) => JsonNode.Parse(KubernetesJson.Serialize(value));

    private static string? Compare(JsonNode? desired, JsonNode? live, string path) => (desired, live) switch
    {
        (null, _) => null,
        (JsonObject want, JsonObject have) => CompareObjects(want, have, path),
        (JsonArray want, JsonArray have) => CompareArrays(want, have, path),
        (JsonValue want, JsonValue have) => SameValue(want, have) ? null : path,
        _ => path,
    };

    private static string? CompareObjects(JsonObject desired, JsonObject live, string path) => desired
        .Select(field => field.Value is JsonObject { Count: 0 } && live[field.Key] is null
            ? path + "." + field.Key
            : Compare(field.Value, live[field.Key], path + "." + field.Key))
        .FirstOrDefault(difference => difference is not null);

    private static string? CompareArrays(JsonArray desired, JsonArray live, string path)
    {
        if (KeyOf(desired) is not { } key)
        {
            return desired.Count != live.Count
                ? path
                : desired.Select((item, i) => Compare(item, live[i], $"{path}[{i}]")).FirstOrDefault(d => d is not null);
        }

        return desired
            .Select(item => Compare(item, Find(live, key, item![key]!), $"{path}[{key}={item[key]}]"))
            .FirstOrDefault(d => d is not null);
    }

    /// <summary>The merge key of a list map, by the names that built-in types use.</summary>
    private static string? KeyOf(JsonArray items) => new[] { "name", "mountPath", "containerPort", "uid" }
        .FirstOrDefault(key => items.Count > 0 && items.All(i => i is JsonObject o && o[key] is not null));

    private static JsonNode? Find(JsonArray items, string key, JsonNode value) =>
        items.FirstOrDefault(i => i is JsonObject o && JsonNode.DeepEquals(o[key], value));

    private static bool SameValue(JsonValue want, JsonValue have) =>
        JsonNode.DeepEquals(want, have)
        || (want.TryGetValue<string>(out var a) && have.TryGetValue<string>(out var b) && SameQuantity(a, b));

    private static bool SameQuantity(string a, string b) =>
        a.Length is > 0 and < 32 && b.Length is > 0 and < 32 && char.IsAsciiDigit(a[0]) && char.IsAsciiDigit(b[0])
        && TryQuantity(a) is { } x && TryQuantity(b) is { } y && x == y;

    private static decimal? TryQuantity(string text)
    {
        try
        {
            return new ResourceQuantity(text).ToDecimal();
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
