using System.Text.Json;

namespace GemmaInference.Grammar.Json;

/// <summary>
/// Compiles JSON schemas into rules. What goes through such a rule is valid; not all that is valid goes through it:
/// properties come in the schema's order, whitespace and digits are bounded. Schemas are taken one after the other from
/// a list, never one within another, so that no depth of references matters.
/// </summary>
/// <param name="isLenient">
/// Whether keywords that aren't supported are passed over, as for tools whose schemas aren't meant strictly.
/// </param>
internal sealed class SchemaCompiler(JsonRules rules, SchemaNode root, bool isLenient)
{
    /// <summary>Bounds the options of which exactly one may fit: each is compared with each.</summary>
    private const int MaxExclusive = 64;

    /// <summary>Bounds the options together, in characters.</summary>
    private const int MaxExclusiveLength = 1 << 16;

    /// <summary>Bounds what merging makes, in characters.</summary>
    private const int MaxMerged = 1 << 20;

    private static readonly string[] Ways = ["$ref", "anyOf", "oneOf"];

    private readonly SchemaMerger _merger = new(root);
    private readonly StringSchema _strings = new(rules, isLenient);
    private readonly Dictionary<string, int> _merged = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _references = new(StringComparer.Ordinal);
    private readonly Queue<(SchemaNode Schema, int Start)> _open = new();

    private Disjointness? _apart;
    private int _mergedLength;

    private GrammarBuilder Builder => rules.Builder;

    /// <summary>Returns the rule of the whole schema.</summary>
    /// <exception cref="SchemaException">It asks for something that can't be compiled.</exception>
    public int Compile()
    {
        var start = RuleOf(root);
        while (_open.TryDequeue(out var next))
        {
            try
            {
                Draw(next.Schema, next.Start);
            }
            catch (GrammarTooLargeException)
            {
                throw next.Schema.Wrong("the schema is too large from here on; ask for less at once");
            }
        }

        return start;
    }

    private int RuleOf(SchemaNode schema)
    {
        var start = Builder.NewNode();
        _open.Enqueue((schema, start));
        return start;
    }

    private void Draw(SchemaNode schema, int start)
    {
        switch (schema.Element.ValueKind)
        {
            case JsonValueKind.True:
                Builder.Skip(start, rules.Value);
                return;
            case JsonValueKind.False:
                // Nothing goes through it: where it isn't needed, it is gone round.
                return;
            case JsonValueKind.Object:
                break;
            default:
                throw schema.Wrong("expected a schema, that is an object or true");
        }

        if (!isLenient && SchemaKeywords.Unsupported.FirstOrDefault(name => Binds(schema, name)) is { } unsupported)
        {
            throw schema.At(unsupported).Wrong($"'{unsupported}' isn't supported in schemas");
        }

        if (IsJoined(schema) && Merged(schema) is { } merged)
        {
            Builder.Skip(start, merged);
        }
        else if (schema.Has("$ref"))
        {
            Builder.Skip(start, Reference(schema.At("$ref")));
        }
        else if ((schema.Maybe("anyOf") ?? schema.Maybe("oneOf")) is { } choices)
        {
            Choose(choices, start, isExclusive: !schema.Has("anyOf"));
        }
        else if (schema.Has("enum") || schema.Has("const"))
        {
            Alone(schema, "enum", "const", "type");
            ListedValues.Draw(rules, schema, start);
        }
        else
        {
            var types = SchemaTypes.Of(schema);
            if (types.Count == 0)
            {
                Builder.Skip(start, rules.Value);
            }

            foreach (var type in types)
            {
                Typed(schema, type, start);
            }
        }
    }

    /// <summary>Tells whether several schemas hold at once.</summary>
    private static bool IsJoined(SchemaNode schema)
    {
        if (schema.Has("allOf"))
        {
            return true;
        }

        string[] ways = [.. Ways.Where(schema.Has)];
        return ways.Length > 1
            || (
                ways.Length == 1
                && schema.Element.EnumerateObject().Any(own => own.Name != ways[0] && IsBeside(own.Name))
            );
    }

    private static bool IsBeside(string name) => SchemaKeywords.BindsAnything(name);

    /// <summary>
    /// Returns the rule of what several schemas say together, drawn once for each; null where they can't be merged and
    /// needn't be.
    /// </summary>
    private int? Merged(SchemaNode schema)
    {
        SchemaNode merged;
        try
        {
            merged = _merger.Merge(schema);
        }
        catch (SchemaException) when (isLenient)
        {
            return null;
        }

        var text = merged.Element.GetRawText();
        if (_merged.TryGetValue(text, out var known))
        {
            return known;
        }

        if ((_mergedLength += text.Length) > MaxMerged)
        {
            return isLenient ? null : throw schema.Wrong("what holds at once becomes too large here; write it out");
        }

        return _merged[text] = RuleOf(merged);
    }

    /// <summary>Tells whether a keyword asks for something: false for <c>uniqueItems: false</c>.</summary>
    private static bool Binds(SchemaNode schema, string name) =>
        schema.Element.TryGetProperty(name, out var value)
        && !(name == "uniqueItems" && value.ValueKind == JsonValueKind.False);

    /// <summary>Refuses what stands beside: it would bind, too, and isn't looked at.</summary>
    private void Alone(SchemaNode schema, params string[] taken)
    {
        if (!isLenient && SchemaKeywords.Compiled.Except(taken).FirstOrDefault(schema.Has) is { } beside)
        {
            throw schema.At(beside).Wrong($"'{beside}' isn't supported beside '{taken.First(schema.Has)}'");
        }
    }

    /// <param name="isExclusive">Whether exactly one may fit.</param>
    private void Choose(SchemaNode choices, int start, bool isExclusive)
    {
        var options = choices.Items().ToList();
        if (options.Count == 0)
        {
            throw choices.Wrong("expected one schema at least");
        }

        if (
            isExclusive
            && !isLenient
            && (options.Count > MaxExclusive || choices.Element.GetRawText().Length > MaxExclusiveLength)
        )
        {
            throw choices.Wrong($"expected up to {MaxExclusive} schemas of {MaxExclusiveLength} letters; use anyOf");
        }

        if (isExclusive && !isLenient && (_apart ??= new Disjointness(_merger)).Common(options) is var (first, second))
        {
            throw choices.Wrong(
                $"a value could fit [{first}] and [{second}] both, as far as types, values and required properties "
                    + "tell; give each a property of its own with 'const', or use anyOf"
            );
        }

        foreach (var option in options)
        {
            Builder.Skip(start, RuleOf(option));
        }
    }

    private int Reference(SchemaNode reference)
    {
        var pointer = reference.Text();
        return _references.TryGetValue(pointer, out var known)
            ? known
            : _references[pointer] = RuleOf(SchemaTypes.Target(root, reference, pointer));
    }

    private void Typed(SchemaNode schema, string type, int start)
    {
        switch (type)
        {
            case "string":
                Builder.Skip(start, _strings.Draw(schema));
                break;
            case "number":
            case "integer":
                Builder.Skip(start, rules.Numbers(Bounds.Read(schema, type, isLenient), type == "integer"));
                break;
            case "boolean":
                Builder.MarkEnd(Builder.Literal(start, "true"));
                Builder.MarkEnd(Builder.Literal(start, "false"));
                break;
            case "null":
                Builder.MarkEnd(Builder.Literal(start, "null"));
                break;
            case "array":
                Array(schema, start);
                break;
            default:
                new ObjectSchema(rules, _strings, isLenient, RuleOf).Draw(schema, start);
                break;
        }
    }

    private void Array(SchemaNode schema, int start)
    {
        var (least, most) = schema.Counts("minItems", "maxItems");
        var items = schema.Maybe("items");
        List<int> first = [.. (schema.Maybe("prefixItems")?.Items() ?? []).Select(RuleOf)];
        if (items is { Element.ValueKind: JsonValueKind.False })
        {
            most = Math.Min(most ?? int.MaxValue, first.Count);
        }

        if (least > most)
        {
            throw schema.At("minItems").Wrong("more items are asked for than there can be");
        }

        var list = Builder.NewNode();
        Builder.Skip(start, list);
        rules.Array(list, first, items is { } item ? RuleOf(item) : rules.Value, least, most);
    }
}
