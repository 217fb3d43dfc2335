using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Rules;

/// <summary>
/// Makes values of expressions from JSON, by the schema, and compares them. Whole numbers are <c>long</c>, others
/// <c>double</c>, lists <c>object?[]</c>, maps <see cref="CelMap"/>; durations and times are .NET's.
/// </summary>
internal static class CelValues
{
    public static object? Of(JsonNode? node, JsonObject? schema) =>
        node switch
        {
            null => null,
            JsonObject o => new JsonMap(o, schema),
            JsonArray a => a.Select(i => Of(i, schema.Object("items"))).ToArray(),
            _ when node.Text() is { } text => OfText(text, schema?.Text("format")),
            JsonValue v when v.TryGetValue<bool>(out var yes) => yes,
            _ when schema?.Text("type") != "number" && node.Number() is { } whole => whole,
            _ => double.Parse(node.Write(), CultureInfo.InvariantCulture),
        };

    public static bool AreEqual(object? a, object? b) =>
        (a, b) switch
        {
            (null, null) => true,
            (null, _) or (_, null) => false,
            (long or double or ulong, long or double or ulong) => Number(a) == Number(b),
            (object?[] x, object?[] y) => x.Length == y.Length && x.Zip(y).All(p => AreEqual(p.First, p.Second)),
            (CelMap x, CelMap y) => x.Count == y.Count
                && x.Keys.All(k => x.TryGet(k, out var v) && y.TryGet(k, out var w) && AreEqual(v, w)),
            (byte[] x, byte[] y) => x.AsSpan().SequenceEqual(y),
            (CelOptional x, CelOptional y) => x.HasValue == y.HasValue && AreEqual(x.Value, y.Value),
            _ => a.Equals(b),
        };

    /// <exception cref="CelException">They have no order.</exception>
    public static int Compare(object? a, object? b) =>
        (a, b) switch
        {
            (long x, long y) => x.CompareTo(y),
            (long or double or ulong, long or double or ulong) => Number(a).CompareTo(Number(b)),
            (string x, string y) => string.CompareOrdinal(x, y),
            (bool x, bool y) => x.CompareTo(y),
            (TimeSpan x, TimeSpan y) => x.CompareTo(y),
            (DateTimeOffset x, DateTimeOffset y) => x.CompareTo(y),
            (byte[] x, byte[] y) => x.AsSpan().SequenceCompareTo(y),
            (CelQuantity x, CelQuantity y) => x.Amount.CompareTo(y.Amount),
            _ => throw CelException.NoOverload(),
        };

    public static bool Contains(object? list, object? item) =>
        list switch
        {
            object?[] items => items.Any(i => AreEqual(i, item)),
            CelMap map => map.TryGet(item, out _),
            _ => throw CelException.NoOverload(),
        };

    /// <summary>Returns what a comprehension goes through: a list's items, or a map's keys.</summary>
    public static IEnumerable<object?> Items(object? value) =>
        value switch
        {
            object?[] items => items,
            CelMap map => map.Keys,
            _ => throw CelException.NoOverload(),
        };

    public static double Number(object? value) =>
        value switch
        {
            long whole => whole,
            ulong whole => whole,
            double real => real,
            _ => throw CelException.NoOverload(),
        };

    private static object? OfText(string text, string? format) =>
        format switch
        {
            "duration" => GoDuration.Parse(text) ?? throw new CelException($"Invalid duration {text}"),
            "date" or "date-time" => DateTimeOffset.TryParse(
                text,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var time
            )
                ? time
                : throw new CelException($"Invalid date-time {text}"),
            "byte" => Convert.FromBase64String(text),
            _ => text,
        };
}
