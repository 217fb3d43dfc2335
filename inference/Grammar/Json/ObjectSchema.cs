using System.Text.Json;

namespace GemmaInference.Grammar.Json;

/// <summary>Draws objects as a schema asks for them.</summary>
/// <param name="ruleOf">Returns the rule of a schema within.</param>
internal sealed class ObjectSchema(JsonRules rules, StringSchema strings, bool isLenient, Func<SchemaNode, int> ruleOf)
{
    private const int MaxNameLength = 256;
    private const int MaxShown = 64;

    /// <summary>Lists what a schema of names may have beside annotations.</summary>
    private static readonly string[] OfNames = ["type", "format", "pattern", "minLength", "maxLength"];

    /// <exception cref="SchemaException">It asks for something that can't be compiled.</exception>
    public void Draw(SchemaNode schema, int start)
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
            : more is { Element.ValueKind: JsonValueKind.Object } ? ruleOf(more.Value)
            : rules.Value;
        var properties = new List<ObjectRules.Property>();
        foreach (var property in listed?.Element.EnumerateObject() ?? default)
        {
            var node = new SchemaNode(property.Value, $"{listed!.Value.Path}.{property.Name}");
            if (property.Name.Length > MaxNameLength)
            {
                throw listed.Value.Wrong($"expected names of up to {MaxNameLength} characters");
            }

            if (property.Value.ValueKind == JsonValueKind.False && required.Remove(property.Name) && !isLenient)
            {
                throw schema.At("required").Wrong($"no property '{Short(property.Name)}' can be there");
            }

            // One that nothing fits is listed, too: its name is none of the others' then.
            properties.Add(new(property.Name, ruleOf(node), required.Remove(property.Name)));
        }

        foreach (var name in required)
        {
            if ((more is null ? rules.Value : others) is not { } rule || name.Length > MaxNameLength)
            {
                if (isLenient)
                {
                    continue;
                }

                throw schema.At("required").Wrong($"no property '{Short(name)}' can be there");
            }

            properties.Add(new(name, rule, IsRequired: true));
        }

        var own = rules.Builder.NewNode();
        rules.Builder.Skip(start, own);
        var names = isLenient ? null : Names(schema, properties.Count, ref others);
        ObjectRules.Draw(rules, own, properties, others, names);
    }

    /// <summary>Returns the rule of names that aren't listed; null for any.</summary>
    /// <param name="others">The rule of their values.</param>
    private int? Names(SchemaNode schema, int listed, ref int? others)
    {
        var (patterns, names) = (schema.Maybe("patternProperties"), schema.Maybe("propertyNames"));
        if ((patterns ?? names) is not { } place)
        {
            return null;
        }

        var keyword = patterns is null ? "propertyNames" : "patternProperties";
        // A listed name may be one of these, too, and would be there twice.
        if (listed > 0 || (patterns is not null && names is not null))
        {
            throw place.Wrong($"'{keyword}' isn't supported beside listed or required properties or other names");
        }

        if (patterns is null)
        {
            return
                place.Element.ValueKind == JsonValueKind.Object
                && place.Element.EnumerateObject().All(own => IsOfNames(own.Name))
                ? strings.Draw(place)
                : throw place.Wrong("expected a schema with 'pattern', 'minLength' or 'maxLength' alone");
        }

        if (place.Element.ValueKind != JsonValueKind.Object || place.Element.EnumerateObject().Count() != 1)
        {
            throw place.Wrong("expected an object of one pattern; of several, a name could fit two");
        }

        var only = place.Element.EnumerateObject().First();
        others = ruleOf(new SchemaNode(only.Value, $"{place.Path}.{Short(only.Name)}"));
        return strings.Names(place, only.Name);
    }

    private static bool IsOfNames(string keyword) =>
        OfNames.Contains(keyword) || !SchemaKeywords.BindsAnything(keyword);

    private static string Short(string text) => text.Length <= MaxShown ? text : text[..MaxShown] + "…";
}
