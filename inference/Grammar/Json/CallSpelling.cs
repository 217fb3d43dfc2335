using System.Text;
using System.Text.Json;
using GemmaInference.Text;

namespace GemmaInference.Grammar.Json;

/// <summary>
/// Spells values as Gemma 4 does in calls: strings stand between tokens that no text has, so that they have no escapes;
/// names stand bare, and what can't stand bare between those tokens, too. There is no whitespace.
/// </summary>
internal sealed class CallSpelling : Spelling
{
    public override byte Quote => MarkBytes.Quote;

    public override bool HasSpace => false;

    public override byte? NameStart => null;

    public override byte NameEnd => (byte)':';

    public override string AfterName => "";

    public override bool HasWideNames => false;

    public override bool IsNameLetter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-';

    public override bool IsRaw(char letter) => true;

    public override byte[] Name(string name)
    {
        byte[] letters = Encoding.UTF8.GetBytes(name);
        return name.Length > 0 && name.All(IsNameLetter)
            ? [.. letters, (byte)':']
            : [Quote, .. letters, Quote, (byte)':'];
    }

    public override byte[] Value(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => [Quote, .. Encoding.UTF8.GetBytes(value.GetString()!), Quote],
            JsonValueKind.Object =>
            [
                (byte)'{',
                .. Joined(
                    value.EnumerateObject().Select(member => (byte[])[.. Name(member.Name), .. Value(member.Value)])
                ),
                (byte)'}',
            ],
            JsonValueKind.Array => [(byte)'[', .. Joined(value.EnumerateArray().Select(Value)), (byte)']'],
            _ => Encoding.UTF8.GetBytes(value.GetRawText()),
        };

    public override void Character(JsonRules rules, int from, int to)
    {
        rules.Builder.Edge(from, 0x00, 0x7F, to);
        rules.Beyond(from, to);
    }

    public override void Ascii(GrammarBuilder builder, int from, char letter, int to) =>
        builder.Edge(from, letter, letter, to);

    private static IEnumerable<byte> Joined(IEnumerable<byte[]> parts) =>
        parts.SelectMany((part, index) => index > 0 ? [(byte)',', .. part] : part);
}
