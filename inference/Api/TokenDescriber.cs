using System.Text;
using GemmaInference.Engine;
using GemmaInference.Text;

namespace GemmaInference.Api;

/// <summary>Names the tokens of one answer for its log-probabilities, each with its place in the text.</summary>
/// <param name="withBytes">Whether each comes with its bytes, as chats have it; many tokens hold much memory.</param>
internal sealed class TokenDescriber(Tokenizer tokenizer, bool withBytes)
{
    private int _offset;

    /// <summary>Describes a token that nothing comes before.</summary>
    public TokenLogprob First(int id) => Describe(id, null, null);

    public TokenLogprob Next(EngineEvent.Token token) => Describe(token.Id, token.Logprob, token.Top);

    private TokenLogprob Describe(int id, float? logprob, IReadOnlyList<(int Id, float Logprob)>? top)
    {
        var (text, bytes) = Name(id);
        var described = new TokenLogprob(
            text,
            logprob,
            bytes,
            top?.Select(other =>
                {
                    var (name, raw) = Name(other.Id);
                    return new TopLogprob(name, other.Logprob, raw);
                })
                .ToList()
        )
        {
            Offset = _offset,
        };
        _offset += Width(id, text);
        return described;
    }

    /// <summary>Returns a token's name and bytes; control tokens are named although they have no text.</summary>
    private (string Text, IReadOnlyList<int>? Bytes) Name(int id)
    {
        if (id >= tokenizer.Pieces.Count)
        {
            return ("", withBytes ? [] : null);
        }

        var piece = tokenizer.Pieces[id];
        if (piece.Kind == PieceKind.Byte)
        {
            return (piece.Text, withBytes ? [Value(piece)] : null);
        }

        var text = piece.Text.Replace(Tokenizer.Space, ' ');
        return (text, withBytes ? [.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)] : null);
    }

    /// <summary>Counts the characters that a token adds to the text: of bytes, a character's first brings it.</summary>
    private int Width(int id, string text) =>
        id >= tokenizer.Pieces.Count || tokenizer.IsControl(id) ? 0
        : tokenizer.Pieces[id].Kind != PieceKind.Byte ? text.Length
        : Value(tokenizer.Pieces[id]) switch
        {
            < 0x80 => 1,
            < 0xC0 => 0,
            < 0xF0 => 1,
            _ => 2,
        };

    private static byte Value(Piece piece) => Convert.ToByte(piece.Text[1..^1], 16);
}
