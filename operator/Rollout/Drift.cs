using System.Text;
using System.Text.Json;
using GemmaOperator.Api.Validation;
using k8s;
using k8s.Models;

namespace GemmaOperator.Rollout;

/// <summary>
/// Whether a live object still says what we want of it. Fields we don't state (defaults, other managers' fields, list
/// items of theirs) are none of our business; fields we state are compared by value, quantities included.
/// </summary>
internal static class Drift
{
    /// <summary>Fields whose values the API server writes in its own way: 1024Mi becomes 1Gi.</summary>
    private static readonly string[] Quantities = ["limits", "requests", "sizeLimit"];

    private static readonly string[] MergeKeys = ["name", "mountPath", "containerPort", "uid"];

    /// <summary>Path of the first difference; null when there is none.</summary>
    public static string? Between(object desired, object live)
    {
        using var want = Json(desired);
        using var have = Json(live);
        return Compare(want.RootElement, have.RootElement, areQuantities: false);
    }

    private static JsonDocument Json(object value) => JsonDocument.Parse(Encoding.UTF8.GetBytes(KubernetesJson.Serialize(value)));

    /// <summary>Where the two differ, seen from here; empty when they differ as a whole.</summary>
    private static string? Compare(JsonElement desired, JsonElement live, bool areQuantities) => (desired.ValueKind, live.ValueKind) switch
    {
        (JsonValueKind.Null, _) => null,
        (JsonValueKind.Object, JsonValueKind.Object) => CompareObjects(desired, live, areQuantities),
        (JsonValueKind.Array, JsonValueKind.Array) => CompareArrays(desired, live),
        _ => SameValue(desired, live, areQuantities) ? null : string.Empty,
    };

    private static string? CompareObjects(JsonElement desired, JsonElement live, bool areQuantities)
    {
        foreach (var field in desired.EnumerateObject())
        {
            live.TryGetProperty(field.Name, out var there);
            if (Compare(field.Value, there, areQuantities || Quantities.Contains(field.Name, StringComparer.Ordinal)) is { } difference)
            {
                return $".{field.Name}{difference}";
            }
        }

        return null;
    }

    private static string? CompareArrays(JsonElement desired, JsonElement live)
    {
        if (KeyOf(desired) is { } key)
        {
            return CompareMaps(desired, live, key);
        }

        if (desired.GetArrayLength() != live.GetArrayLength())
        {
            return string.Empty;
        }

        for (var i = 0; i < desired.GetArrayLength(); i++)
        {
            if (Compare(desired[i], live[i], areQuantities: false) is { } difference)
            {
                return $"[{i}]{difference}";
            }
        }

        return null;
    }

    private static string? CompareMaps(JsonElement desired, JsonElement live, string key)
    {
        foreach (var item in desired.EnumerateArray())
        {
            var name = item.GetProperty(key);
            if (Compare(item, Find(live, key, name), areQuantities: false) is { } difference)
            {
                return $"[{key}={name}]{difference}";
            }
        }

        return null;
    }

    /// <summary>The merge key of a list map, by the names that built-in types use.</summary>
    private static string? KeyOf(JsonElement items) =>
        items.GetArrayLength() == 0 ? null : Array.Find(MergeKeys, key => items.EnumerateArray().All(i => Field(i, key).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)));

    /// <summary>Undefined when there is none of that name.</summary>
    private static JsonElement Find(JsonElement items, string key, JsonElement name) =>
        items.EnumerateArray().FirstOrDefault(i => Field(i, key) is { ValueKind: not JsonValueKind.Undefined } value && JsonElement.DeepEquals(value, name));

    private static JsonElement Field(JsonElement item, string key) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(key, out var value) ? value : default;

    private static bool SameValue(JsonElement want, JsonElement have, bool areQuantities) =>
        (want.ValueKind, have.ValueKind) is (JsonValueKind.String, JsonValueKind.String)
            ? want.ValueEquals(have.GetString()) || (areQuantities && SameQuantity(want.GetString()!, have.GetString()!))
            : have.ValueKind != JsonValueKind.Undefined && JsonElement.DeepEquals(want, have);

    /// <summary>Only of what the schema lets through: with an exponent, reading one may take all there is of time and memory.</summary>
    private static bool SameQuantity(string a, string b) =>
        Syntax.Quantity().IsMatch(a) && Syntax.Quantity().IsMatch(b) && new ResourceQuantity(a).ToDecimal() == new ResourceQuantity(b).ToDecimal();
}
