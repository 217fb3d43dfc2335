using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KubectlGemma.Output.JsonPath;

/// <summary>Finds the values of a path. What isn't there is left out, as kubectl does.</summary>
internal static class PathEvaluator
{
    public static IReadOnlyList<JsonNode?> Find(IReadOnlyList<PathStep> path, JsonNode? from) =>
        path.Aggregate((IReadOnlyList<JsonNode?>)[from], (found, step) => [.. found.SelectMany(v => Below(v, step))]);

    private static IEnumerable<JsonNode?> Below(JsonNode? value, PathStep step) =>
        step switch
        {
            PathStep.Fields fields => value is JsonObject map
                ? fields.Names.Where(map.ContainsKey).Select(name => map[name])
                : [],
            PathStep.All => Children(value),
            PathStep.Deep => Within(value),
            PathStep.Items items => value is JsonArray list
                ? items
                    .Indexes.Select(i => i < 0 ? list.Count + i : i)
                    .Where(i => i >= 0 && i < list.Count)
                    .Select(i => list[i])
                : [],
            PathStep.Slice slice => value is JsonArray list ? Part(list, slice) : [],
            PathStep.Filter filter => Children(value).Where(child => Holds(filter, child)),
            _ => [],
        };

    private static IEnumerable<JsonNode?> Children(JsonNode? value) =>
        value switch
        {
            JsonArray list => list,
            JsonObject map => map.Select(field => field.Value),
            _ => [],
        };

    private static IEnumerable<JsonNode?> Within(JsonNode? value) => Children(value).SelectMany(Within).Prepend(value);

    private static IEnumerable<JsonNode?> Part(JsonArray list, PathStep.Slice slice)
    {
        var (from, to) = (Bound(slice.From, 0), Bound(slice.To, list.Count));
        for (var i = from; i < to; i += slice.Step)
        {
            yield return list[i];
        }

        int Bound(int? given, int otherwise) =>
            Math.Clamp(given is { } n ? (n < 0 ? list.Count + n : n) : otherwise, 0, list.Count);
    }

    private static bool Holds(PathStep.Filter filter, JsonNode? item)
    {
        var left = Find(filter.Left, item);
        if (filter.Operator is not { } op)
        {
            return left.Count > 0;
        }

        var right = filter.Right!.Path is { } path
            ? Plain(Find(path, item) is [var first, ..] ? first : null)
            : filter.Right.Literal;
        return left.Any(l => Compare(Plain(l), op, right));
    }

    private static bool Compare(object? left, string op, object? right) =>
        op switch
        {
            "==" => Equals(left, right),
            "!=" => !Equals(left, right),
            _ => Order(left, right) is { } order
                && op switch
                {
                    "<" => order < 0,
                    "<=" => order <= 0,
                    ">" => order > 0,
                    _ => order >= 0,
                },
        };

    private static int? Order(object? left, object? right) =>
        (left, right) switch
        {
            (double l, double r) => l.CompareTo(r),
            (string l, string r) => string.CompareOrdinal(l, r),
            _ => null,
        };

    private static object? Plain(JsonNode? value) =>
        value?.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>(),
            JsonValueKind.Number => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };
}
