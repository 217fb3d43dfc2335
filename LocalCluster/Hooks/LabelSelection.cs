using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Hooks;

/// <summary>Matches labels with a LabelSelector; one that is absent or empty selects all.</summary>
internal static class LabelSelection
{
    public static bool IsEmpty(JsonObject? selector) =>
        selector.Object("matchLabels") is not { Count: > 0 }
        && selector.Array("matchExpressions") is not { Count: > 0 };

    public static bool Matches(JsonObject? selector, JsonObject? labels) =>
        (selector.Object("matchLabels") ?? []).All(l => labels.Text(l.Key) == l.Value.Text())
        && (selector.Array("matchExpressions") ?? [])
            .OfType<JsonObject>()
            .All(e => Matches(e, labels.Text(e.Text("key")!)));

    private static bool Matches(JsonObject expression, string? value)
    {
        var values = (expression.Array("values") ?? []).Select(v => v.Text());
        return expression.Text("operator") switch
        {
            "In" => value is not null && values.Contains(value, StringComparer.Ordinal),
            "NotIn" => value is null || !values.Contains(value, StringComparer.Ordinal),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            _ => false,
        };
    }
}
