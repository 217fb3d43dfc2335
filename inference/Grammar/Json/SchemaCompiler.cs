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
    private const int MaxNameLength = 256;
    private const int MaxShown = 64;
    private readonly Dictionary<string, int> _references = new(StringComparer.Ordinal);
    private readonly Queue<(SchemaNode Schema, int Start)> _open = new();

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
            case JsonValueKind.Object:
                break;
            default:
                throw schema.Wrong("expected a schema, that is an object or true");
        }

        if (!isLenient && SchemaKeywords.Unsupported.FirstOrDefault(name => Binds(schema, name)) is { } unsupported)
        {
            throw schema
                .At(unsupported)
                .Wrong($"'{unsupported}' isn't supported in schemas{(unsupported == "oneOf" ? "; use anyOf" : "")}");
        }

        if (schema.Has("$ref"))
        {
            Alone(schema, "$ref");
            Builder.Skip(start, Reference(schema.At("$ref")));
        }
        else if ((schema.Maybe("anyOf") ?? (isLenient ? schema.Maybe("oneOf") : null)) is { } choices)
        {
            Alone(schema, "anyOf", "type");
            Choose(choices, start, schema.Has("type"));
        }
        else if (schema.Has("allOf") && !(isLenient && schema.Has("type")))
        {
            Alone(schema, "allOf");
            var parts = schema.At("allOf").Items().ToList();
            if (parts.Count != 1 && !isLenient)
            {
                throw schema.At("allOf").Wrong("expected one schema; several at once aren't supported");
            }

            Builder.Skip(start, parts.Count == 1 ? RuleOf(parts[0]) : rules.Value);
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

    private void Choose(SchemaNode choices, int start, bool hasType)
    {
        if (hasType && !isLenient)
        {
            throw choices.Wrong("'type' isn't supported beside it; write it into each choice");
        }

        var any = false;
        foreach (var choice in choices.Items())
        {
            any = true;
            Builder.Skip(start, RuleOf(choice));
        }

        if (!any)
        {
            throw choices.Wrong("expected one schema at least");
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
                var (least, most) = Counts(schema, "minLength", "maxLength");
                Builder.Skip(start, least == 0 && most is null ? rules.Text : rules.Strings(least, most));
                break;
            case "number":
            case "integer":
                Builder.Skip(start, NumberRules.Draw(Builder, Bounds.Read(schema, type, isLenient), type == "integer"));
                break;
            case "boolean":
                Builder.MarkEnd(Builder.Literal(start, "true"));
                Builder.MarkEnd(Builder.Literal(start, "false"));
                break;
            case "null":
                Builder.MarkEnd(Builder.Literal(start, "null"));
                break;
            case "array":
                var (fewest, longest) = Counts(schema, "minItems", "maxItems");
                var list = Builder.NewNode();
                Builder.Skip(start, list);
                rules.Array(list, schema.Maybe("items") is { } item ? RuleOf(item) : rules.Value, fewest, longest);
                break;
            default:
                Object(schema, start);
                break;
        }
    }

    private static (int Least, int? Most) Counts(SchemaNode schema, string least, string most)
    {
        var (low, high) = (schema.Count(least) ?? 0, schema.Count(most));
        return low <= (high ?? int.MaxValue)
            ? (low, high)
            : throw schema.At(least).Wrong($"'{least}' is above '{most}'");
    }

    private void Object(SchemaNode schema, int start)
    {
        var required = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in schema.Maybe("required")?.Items() ?? [])
        {
            required.Add(name.Text());
        }

        var listed = schema.Maybe("properties");
        if (listed is { Element.ValueKind: not JsonValueKind.Object })
        {
            throw listed.Value.Wrong("expected an object of schemas");
        }

        var more = schema.Maybe("additionalProperties");
        // Where nothing is said of them they may be there, and needn't: none are, unless nothing else could be.
        int? others =
            more is { Element.ValueKind: JsonValueKind.False } || (more is null && listed is not null) ? null
            : more is { Element.ValueKind: JsonValueKind.Object } ? RuleOf(more.Value)
            : rules.Value;
        var properties = new List<ObjectRules.Property>();
        foreach (var property in listed?.Element.EnumerateObject() ?? default)
        {
            var node = new SchemaNode(property.Value, $"{listed!.Value.Path}.{property.Name}");
            if (property.Name.Length > MaxNameLength)
            {
                throw listed.Value.Wrong($"expected names of up to {MaxNameLength} characters");
            }

            // One that nothing fits can't be there.
            if (property.Value.ValueKind != JsonValueKind.False)
            {
                properties.Add(new(property.Name, RuleOf(node), required.Remove(property.Name)));
            }
        }

        foreach (var name in required)
        {
            if ((more is null ? rules.Value : others) is not { } rule || name.Length > MaxNameLength)
            {
                throw schema.At("required").Wrong($"no property '{Short(name)}' can be there");
            }

            properties.Add(new(name, rule, IsRequired: true));
        }

        var own = Builder.NewNode();
        Builder.Skip(start, own);
        ObjectRules.Draw(rules, own, properties, others);
    }

    private static string Short(string text) => text.Length <= MaxShown ? text : text[..MaxShown] + "…";
}
