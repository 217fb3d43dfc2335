using System.Text.Json;
using System.Text.Json.Nodes;

namespace GemmaInference.Grammar.Json;

/// <summary>
/// Makes one schema of several that hold at once: <c>allOf</c>, and what stands beside <c>$ref</c>, <c>anyOf</c> and
/// <c>oneOf</c>. Properties are merged when they are come to, choices are made first, each with the rest.
/// </summary>
/// <param name="root">The whole schema, which may be referred to.</param>
internal sealed class SchemaMerger(SchemaNode root)
{
    /// <summary>Bounds the schemas that hold at once.</summary>
    private const int MaxParts = 256;

    /// <summary>Bounds what is copied for one schema, in characters: some tenths of a second.</summary>
    private const long MaxCopied = 1 << 23;

    /// <summary>Counts what a merge costs at least, in characters.</summary>
    private const int Least = 32;

    /// <summary>Bounds the pairs of listed values that are compared at once.</summary>
    private const long MaxPairs = 1 << 20;

    private static readonly string[] Choices = ["anyOf", "oneOf"];

    /// <summary>Lists what holds of some items or names, and what holds of all others in the same schema.</summary>
    private static readonly (string Some, string Others)[] Pairs =
    [
        ("prefixItems", "items"),
        ("patternProperties", "additionalProperties"),
    ];

    private static readonly string[] Lower = ["minLength", "minItems", "minimum", "exclusiveMinimum"];
    private static readonly string[] Upper = ["maxLength", "maxItems", "maximum", "exclusiveMaximum"];

    private long _left = MaxCopied;

    /// <summary>Returns one schema that says the same; <c>false</c> where nothing can be valid by all.</summary>
    /// <exception cref="SchemaException">Some can't be merged.</exception>
    public SchemaNode Merge(SchemaNode schema)
    {
        try
        {
            return All(schema);
        }
        catch (ArgumentException)
        {
            // What System.Text.Json says of an object that has a name twice.
            throw schema.Wrong("a name stands twice in one object here, which can't be merged");
        }
    }

    private SchemaNode All(SchemaNode schema)
    {
        Spend(schema, 0);
        var parts = new List<SchemaNode>();
        Flatten(schema, parts, []);
        if (parts.Exists(part => part.Element.ValueKind == JsonValueKind.False))
        {
            return Node(schema, JsonValue.Create(false));
        }

        var merged = new JsonObject();
        var choices = new List<(string Keyword, SchemaNode Options)>();
        long length = Least;
        foreach (var part in parts)
        {
            var own = new JsonObject();
            foreach (var member in part.Element.EnumerateObject())
            {
                if (Choices.Contains(member.Name))
                {
                    choices.Add((member.Name, part.At(member.Name)));
                }
                else if (member.Name is not ("$ref" or "allOf" or "$defs" or "definitions"))
                {
                    var text = member.Value.GetRawText();
                    length += text.Length;
                    own[member.Name] = JsonNode.Parse(text);
                }
            }

            // With each part all that was merged before may be copied once more.
            Spend(schema, length);
            CheckOthers(part, merged, own);
            ObjectMerge.Hold(merged, own);
            if (!TryAdd(schema, merged, own))
            {
                return Node(schema, JsonValue.Create(false));
            }
        }

        return Node(schema, Choose(schema, merged, choices));
    }

    /// <exception cref="SchemaException">More was copied than a schema may ask for.</exception>
    private void Spend(SchemaNode place, long letters)
    {
        _left -= letters;
        if (_left < 0)
        {
            throw place.Wrong("what holds at once becomes too large here; write it out");
        }
    }

    /// <summary>
    /// Refuses what holds of all others in one schema beside what holds of some in another: side by side in one schema
    /// it wouldn't hold of those any more.
    /// </summary>
    private static void CheckOthers(SchemaNode part, JsonObject merged, JsonObject own)
    {
        foreach (var (some, others) in Pairs)
        {
            if (Differ(merged, own) || Differ(own, merged))
            {
                throw part.Wrong($"'{some}' can't be merged with '{others}' of another schema; write it out");
            }

            bool Differ(JsonObject one, JsonObject other) =>
                one.ContainsKey(some)
                && !other.ContainsKey(some)
                && other[others] is { } rest
                && rest.GetValueKind() != JsonValueKind.True;
        }
    }

    /// <summary>Puts what holds in any case into each option of the first choice, other choices with it.</summary>
    private JsonNode Choose(SchemaNode place, JsonObject rest, List<(string Keyword, SchemaNode Options)> choices)
    {
        if (choices.Count == 0)
        {
            return rest;
        }

        var (keyword, options) = choices[0];
        var held = new JsonArray();
        if (rest.Any(member => SchemaKeywords.BindsAnything(member.Key)))
        {
            held.Add((JsonNode)rest);
        }

        foreach (var (other, others) in choices.Skip(1))
        {
            var text = others.Element.GetRawText();
            Spend(place, text.Length);
            held.Add((JsonNode)new JsonObject { [other] = JsonNode.Parse(text) });
        }

        var each = held.ToJsonString().Length;
        var made = new JsonArray();
        foreach (var option in options.Items())
        {
            Spend(option, each + option.Element.GetRawText().Length);
            made.Add(
                held.Count == 0
                    ? Copy(option.Element)
                    : new JsonObject
                    {
                        ["allOf"] = new JsonArray([Copy(option.Element), .. held.Select(one => one!.DeepClone())]),
                    }
            );
        }

        return new JsonObject { [keyword] = made };
    }

    private void Flatten(SchemaNode schema, List<SchemaNode> parts, HashSet<string> referred)
    {
        if (parts.Count >= MaxParts)
        {
            throw schema.Wrong($"more than {MaxParts} schemas hold at once");
        }

        switch (schema.Element.ValueKind)
        {
            case JsonValueKind.True:
                return;
            case JsonValueKind.False:
                parts.Add(schema);
                return;
            case JsonValueKind.Object:
                break;
            default:
                throw schema.Wrong("expected a schema, that is an object, true or false");
        }

        parts.Add(schema);
        if (schema.Maybe("$ref") is { } reference)
        {
            var pointer = reference.Text();
            if (!referred.Add(pointer))
            {
                throw reference.Wrong("it refers to itself, with nothing in between");
            }

            Flatten(SchemaTypes.Target(root, reference, pointer), parts, referred);
            referred.Remove(pointer);
        }

        foreach (var part in schema.Maybe("allOf")?.Items() ?? [])
        {
            Flatten(part, parts, referred);
        }
    }

    private static bool TryAdd(SchemaNode place, JsonObject merged, JsonObject own)
    {
        foreach (var (name, value) in own)
        {
            if (!merged.TryGetPropertyValue(name, out var before))
            {
                merged[name] = value?.DeepClone();
            }
            else if (!SchemaKeywords.BindsAnything(name) || JsonNode.DeepEquals(before, value))
            {
                continue;
            }
            else if (Join(name, before!, value!) is { } joined)
            {
                if (joined is JsonArray { Count: 0 })
                {
                    return false;
                }

                merged[name] = joined;
            }
            else
            {
                throw place.Wrong($"'{name}' is asked for twice, differently; that can't be merged");
            }
        }

        return true;
    }

    /// <summary>Returns what two values of a keyword say together: an empty list for nothing, else null.</summary>
    private static JsonNode? Join(string name, JsonNode one, JsonNode other) =>
        name switch
        {
            "type" => SchemaTypes.Both(one, other),
            "enum" when one is JsonArray left && other is JsonArray right => Shared(left, right),
            "const" => new JsonArray(),
            "required" when one is JsonArray left && other is JsonArray right => new JsonArray([
                .. left.Concat(right).Select(own => own?.DeepClone()).DistinctBy(own => own?.ToJsonString()),
            ]),
            "properties" when one is JsonObject left && other is JsonObject right => ObjectMerge.Properties(
                left,
                right
            ),
            "items" or "additionalProperties" => ObjectMerge.Both(one, other),
            _ when Lower.Contains(name) => Outer(one, other, isHigher: true),
            _ when Upper.Contains(name) => Outer(one, other, isHigher: false),
            _ => null,
        };

    /// <summary>Returns the values that both list; null where there are too many to compare.</summary>
    private static JsonArray? Shared(JsonArray left, JsonArray right) =>
        (long)left.Count * right.Count > MaxPairs
            ? null
            : new JsonArray([
                .. left.Where(value => right.Any(own => JsonNode.DeepEquals(value, own)))
                    .Select(value => value?.DeepClone()),
            ]);

    private static JsonNode? Outer(JsonNode one, JsonNode other, bool isHigher)
    {
        if (one is not JsonValue left || other is not JsonValue right)
        {
            return null;
        }

        return left.TryGetValue<decimal>(out var first) && right.TryGetValue<decimal>(out var second)
            ? (first > second == isHigher ? one : other).DeepClone()
            : null;
    }

    private static JsonNode? Copy(JsonElement element) => JsonNode.Parse(element.GetRawText());

    private static SchemaNode Node(SchemaNode place, JsonNode made)
    {
        try
        {
            using var document = JsonDocument.Parse(made.ToJsonString());
            return new SchemaNode(document.RootElement.Clone(), place.Path);
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw place.Wrong("what holds at once lies too deep here; write it out");
        }
    }
}
