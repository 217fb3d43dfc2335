using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GemmaInference.Grammar.Json;

/// <summary>Draws the values of <c>enum</c> and <c>const</c>, each in one spelling.</summary>
internal static class ListedValues
{
    /// <exception cref="SchemaException">No value is left.</exception>
    public static void Draw(GrammarBuilder builder, SchemaNode schema, int start)
    {
        var values = schema.Maybe("enum")?.Items() ?? [schema.At("const")];
        if (schema.Maybe("const") is { } only)
        {
            values = values.Where(value => JsonElement.DeepEquals(value.Element, only.Element));
        }

        var types = SchemaTypes.Of(schema);
        List<string> texts =
        [
            .. values
                .Where(value => types.Count == 0 || types.Any(type => SchemaTypes.Is(value.Element, type)))
                .Select(value => Spell(value.Element)),
        ];
        if (texts.Count == 0)
        {
            throw schema.Wrong("no value is left of 'enum', 'const' and 'type'");
        }

        builder.Literals(start, texts, builder.NewEnd());
    }

    private static string Spell(JsonElement value)
    {
        using var text = new MemoryStream();
        using (
            var writer = new Utf8JsonWriter(
                text,
                new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
        {
            value.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }
}
