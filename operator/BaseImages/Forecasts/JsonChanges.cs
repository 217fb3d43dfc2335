using System.Text.Json.Nodes;

namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>
/// Finds the fields in which two documents differ, each by its path. Items of lists are known by their names, where
/// they have some; other lists are compared as a whole.
/// </summary>
internal static class JsonChanges
{
    /// <summary>Returns the differences, in the order of their paths.</summary>
    /// <param name="old">Before; null when there was nothing.</param>
    /// <param name="now">After; null when there is nothing any more.</param>
    /// <param name="path">Where both stand; empty at the root.</param>
    public static IReadOnlyList<JsonChange> Between(JsonNode? old, JsonNode? now, string path) =>
        JsonNode.DeepEquals(old, now) ? []
        : (old ?? new JsonObject(), now ?? new JsonObject()) is (JsonObject before, JsonObject after)
            ? Within(before, after, name => path.Length == 0 ? name : $"{path}.{name}")
        : (old, now) is (JsonArray there, JsonArray here)
        && ByName(there) is { } named
        && ByName(here) is { } wanted
        && Within(named, wanted, name => $"{path}[name={name}]") is { Count: > 0 } items
            ? items
        : [new JsonChange(path, old, now)];

    private static List<JsonChange> Within(JsonObject old, JsonObject now, Func<string, string> below) =>
        [
            .. old.Select(f => f.Key)
                .Union(now.Select(f => f.Key), StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .SelectMany(name => Between(old[name], now[name], below(name))),
        ];

    /// <summary>Returns the items by their names; null where they have none, or two have the same.</summary>
    private static JsonObject? ByName(JsonArray list)
    {
        var named = new JsonObject();
        foreach (var item in list)
        {
            if (
                item is not JsonObject { } of
                || of["name"] is not JsonValue value
                || !value.TryGetValue<string>(out var name)
                || !named.TryAdd(name, of.DeepClone())
            )
            {
                return null;
            }
        }

        return named;
    }
}
