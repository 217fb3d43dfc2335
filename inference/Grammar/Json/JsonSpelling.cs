using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GemmaInference.Grammar.Json;

/// <summary>Spells values as JSON, those that a schema lists each in one way.</summary>
internal sealed class JsonSpelling : Spelling
{
    public override byte Quote => (byte)'"';

    public override bool HasSpace => true;

    public override byte? NameStart => (byte)'"';

    public override byte NameEnd => (byte)'"';

    public override string AfterName => ":";

    public override bool HasWideNames => true;

    public override bool IsNameLetter(char letter) => IsRaw(letter);

    public override bool IsRaw(char letter) => letter >= ' ' && letter is not ('"' or '\\');

    public override byte[] Name(string name) => Encoding.UTF8.GetBytes(ObjectRules.Quote(name) + ":");

    public override byte[] Value(JsonElement value)
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

        return text.ToArray();
    }

    public override void Character(JsonRules rules, int from, int to) => rules.Characters(from, to);

    public override void Ascii(GrammarBuilder builder, int from, char letter, int to)
    {
        var spelt = letter switch
        {
            '"' or '\\' => $"\\{letter}",
            '\b' => "\\b",
            '\f' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
            _ => $"{letter}",
        };
        builder.Skip(builder.Literal(from, spelt), to);
    }
}
