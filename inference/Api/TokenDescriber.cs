using System.Text;
using GemmaInference.Engine;
using GemmaInference.Text;

namespace GemmaInference.Api;

/// <summary>Names the tokens of one answer for its log-probabilities, each with its place in the text.</summary>
/// <param name="withBytes">Whether each comes with its bytes, as chats have it; many tokens hold much memory.</param>
internal sealed class TokenDescriber(Tokenizer tokenizer, bool withBytes)
{
    private readonly TextOffsets _offsets = new(tokenizer);

    /// <summary>Describes a token that nothing comes before.</summary>
    public TokenLogprob First(int id) => Describe(id, null, null);

    /// <summary>Ends the prompt's text: what it leaves unfinished is finished by no answer.</summary>
    public void EndPrompt() => _offsets.Flush();

    public TokenLogprob Next(EngineEvent.Token token) => Describe(token.Id, token.Logprob, token.Top);

    private TokenLogprob Describe(int id, float? logprob, IReadOnlyList<(int Id, float Logprob)>? top)
    {
        var (text, bytes) = Name(id);
        return new TokenLogprob(
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
            Offset = _offsets.Next(id),
        };
    }

    /// <summary>Returns a token's name and bytes; control tokens are named although they have no text.</summary>
    private (string Text, IReadOnlyList<int>? Bytes) Name(int id)
    {
        if (id >= tokenizer.Pieces.Count)
        {
            return ("", withBytes ? [] : null);
        }

        if (tokenizer.ByteOf(id) is { } value)
        {
            return (tokenizer.Pieces[id].Text, withBytes ? [value] : null);
        }

        var text = tokenizer.Pieces[id].Text.Replace(Tokenizer.Space, ' ');
        return (text, withBytes ? [.. Encoding.UTF8.GetBytes(text).Select(part => (int)part)] : null);
    }
}
