using System.Text.Json;
using System.Text.Json.Nodes;

namespace GemmaInference.Grammar.Json;

/// <summary>Finds what a schema speaks of: its types, and the places that it refers to.</summary>
internal static class SchemaTypes
{
    /// <summary>Returns the types that are asked for, or that the keywords speak of; none for any.</summary>
    public static List<string> Of(SchemaNode schema)
    {
        if (schema.Maybe("type") is not { } type)
        {
            return
            [
                .. SchemaKeywords
                    .OfTypes.Where(entry => entry.Key != "integer" && entry.Value.Any(schema.Has))
                    .Select(entry => entry.Key)
                    .Take(1),
            ];
        }

        var types = type.Element.ValueKind == JsonValueKind.Array ? [.. type.Items()] : new List<SchemaNode> { type };
        if (types.Count == 0)
        {
            throw type.Wrong("expected one type at least");
        }

        return
        [
            .. types
                .Select(one =>
                    one.Text() is var name && SchemaKeywords.OfTypes.ContainsKey(name)
                        ? name
                        : throw one.Wrong("expected string, number, integer, boolean, null, array or object")
                )
                .Distinct(),
        ];
    }

    public static bool Is(JsonElement value, string type) =>
        value.ValueKind switch
        {
            JsonValueKind.String => type == "string",
            JsonValueKind.Number => type == "number"
                || (type == "integer" && value.TryGetDecimal(out var number) && Math.Truncate(number) == number),
            JsonValueKind.True or JsonValueKind.False => type == "boolean",
            JsonValueKind.Null => type == "null",
            JsonValueKind.Array => type == "array",
            _ => type == "object",
        };

    /// <summary>Returns the types that two values of <c>type</c> both allow.</summary>
    public static JsonArray Both(JsonNode? one, JsonNode? other)
    {
        var (left, right) = (Names(one), Names(other));
        var both = left.Where(type => right.Contains(type) || (type == "integer" && right.Contains("number")))
            .Concat(right.Where(type => type == "integer" && left.Contains("number")))
            .Distinct();
        return new JsonArray([.. both.Select(type => JsonValue.Create(type))]);
    }

    /// <summary>Returns what stands at a place of the whole schema.</summary>
    /// <param name="reference">Who refers to it.</param>
    /// <exception cref="SchemaException">There is nothing.</exception>
    public static SchemaNode Target(SchemaNode root, SchemaNode reference, string pointer)
    {
        if (pointer != "#" && !pointer.StartsWith("#/", StringComparison.Ordinal))
        {
            throw reference.Wrong("expected a place in this schema, such as #/$defs/item");
        }

        var target = root;
        foreach (var part in pointer.Split('/').Skip(1))
        {
            var name = Uri.UnescapeDataString(part).Replace("~1", "/").Replace("~0", "~");
            target =
                target.Element.ValueKind == JsonValueKind.Object && target.Has(name) ? target.At(name)
                : target.Element.ValueKind == JsonValueKind.Array
                && int.TryParse(name, out var index)
                && index >= 0
                && index < target.Element.GetArrayLength()
                    ? new SchemaNode(target.Element[index], $"{target.Path}[{index}]")
                : throw reference.Wrong("there is nothing at that place of the schema");
        }

        return target;
    }

    private static HashSet<string> Names(JsonNode? type) =>
        type is JsonArray list ? [.. list.Select(one => one?.ToString() ?? "")] : [type?.ToString() ?? ""];
}
