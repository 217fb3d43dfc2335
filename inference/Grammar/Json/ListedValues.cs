using System.Text.Json;

namespace GemmaInference.Grammar.Json;

/// <summary>Draws the values of <c>enum</c> and <c>const</c>, each in one spelling.</summary>
internal static class ListedValues
{
    /// <exception cref="SchemaException">No value is left.</exception>
    public static void Draw(JsonRules rules, SchemaNode schema, int start)
    {
        var values = schema.Maybe("enum")?.Items() ?? [schema.At("const")];
        if (schema.Maybe("const") is { } only)
        {
            values = values.Where(value => JsonElement.DeepEquals(value.Element, only.Element));
        }

        var types = SchemaTypes.Of(schema);
        List<byte[]> texts =
        [
            .. values
                .Where(value => types.Count == 0 || types.Any(type => SchemaTypes.Is(value.Element, type)))
                .Select(value => rules.Spelling.Value(value.Element)),
        ];
        if (texts.Count == 0)
        {
            throw schema.Wrong("no value is left of 'enum', 'const' and 'type'");
        }

        rules.Builder.Literals(start, texts, rules.Builder.NewEnd());
    }
}
