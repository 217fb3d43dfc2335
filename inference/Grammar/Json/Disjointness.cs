using System.Text.Json;

namespace GemmaInference.Grammar.Json;

/// <summary>
/// Proves that no value is valid by two schemas at once, so that "exactly one of them" is "any of them": by types, by
/// listed values, or by a property that tells them apart.
/// </summary>
internal sealed class Disjointness(SchemaMerger merger)
{
    /// <summary>Bounds how deep properties are looked into.</summary>
    private const int MaxDepth = 4;

    /// <summary>Bounds the required properties that are looked at: what isn't proved by them isn't proved.</summary>
    private const int MaxNames = 64;

    /// <summary>Bounds the pairs of listed values that are compared for one schema.</summary>
    private const long MaxPairs = 1 << 22;

    private static readonly string[] AllTypes = [.. SchemaKeywords.OfTypes.Keys];

    private long _left = MaxPairs;

    /// <summary>Returns two options that a value could have both; null where each pair is told apart.</summary>
    public (int First, int Second)? Common(IReadOnlyList<SchemaNode> options)
    {
        var merged = options.Select(merger.Merge).ToList();
        for (var first = 0; first < merged.Count; first++)
        {
            for (var second = first + 1; second < merged.Count; second++)
            {
                if (!Are(merged[first], merged[second], 0))
                {
                    return (first, second);
                }
            }
        }

        return null;
    }

    /// <param name="left">What was merged already, as <paramref name="right"/>.</param>
    private bool Are(SchemaNode left, SchemaNode right, int depth)
    {
        if (IsFalse(left) || IsFalse(right))
        {
            return true;
        }

        if (Values(left) is { } values)
        {
            return Values(right) is { } others
                ? (_left -= (long)values.Count * others.Count) >= 0
                    && !values.Exists(value => others.Exists(own => JsonElement.DeepEquals(value, own)))
                : !values.Exists(value => Types(right).Exists(type => SchemaTypes.Is(value, type)));
        }

        if (Values(right) is not null)
        {
            return Are(right, left, depth);
        }

        var types = Types(right);
        var both = Types(left).Where(type => types.Exists(own => Overlap(type, own))).ToList();
        return both.Count == 0
            || (
                depth < MaxDepth
                && both is ["object"]
                && (IsToldApart(left, right, depth) || Forbids(left, right) || Forbids(right, left))
            );
    }

    /// <summary>Tells whether a property that both require can't be the same.</summary>
    private bool IsToldApart(SchemaNode left, SchemaNode right, int depth) =>
        Required(left)
            .Intersect(Required(right))
            .Any(name =>
                Property(left, name) is { } own
                && Property(right, name) is { } others
                && Are(merger.Merge(own), merger.Merge(others), depth + 1)
            );

    /// <summary>Tells whether one allows no property that the other requires.</summary>
    private static bool Forbids(SchemaNode one, SchemaNode other) =>
        Required(other)
            .Exists(name =>
                Property(one, name) is { } own
                    ? IsFalse(own)
                    : one.Maybe("additionalProperties") is { } others
                        && IsFalse(others)
                        && !one.Has("patternProperties")
            );

    private static List<JsonElement>? Values(SchemaNode schema)
    {
        var values =
            schema.Maybe("const") is { } only ? [only.Element]
            : schema.Maybe("enum") is { Element.ValueKind: JsonValueKind.Array } listed
                ? listed.Element.EnumerateArray().ToList()
            : null;
        var types = schema.Has("type") ? SchemaTypes.Of(schema) : null;
        return types is null ? values : values?.FindAll(value => types.Exists(type => SchemaTypes.Is(value, type)));
    }

    /// <summary>Returns the types that values may have: all of them where none is asked for.</summary>
    private static List<string> Types(SchemaNode schema) => schema.Has("type") ? SchemaTypes.Of(schema) : [.. AllTypes];

    private static bool Overlap(string one, string other) =>
        one == other || (one is "integer" or "number" && other is "integer" or "number");

    private static List<string> Required(SchemaNode schema) =>
        schema.Maybe("required") is { Element.ValueKind: JsonValueKind.Array } names
            ?
            [
                .. names
                    .Items()
                    .Where(name => name.Element.ValueKind == JsonValueKind.String)
                    .Select(name => name.Text())
                    .Take(MaxNames),
            ]
            : [];

    private static SchemaNode? Property(SchemaNode schema, string name) =>
        schema.Maybe("properties") is { Element.ValueKind: JsonValueKind.Object } listed && listed.Has(name)
            ? listed.At(name)
            : null;

    private static bool IsFalse(SchemaNode schema) => schema.Element.ValueKind == JsonValueKind.False;
}
