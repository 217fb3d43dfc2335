using System.Text;
using GemmaInference.Engine;
using GemmaInference.Text;

namespace GemmaInference.Api;

/// <summary>Turns the engine's tokens of one sequence into text, up to the first stop string.</summary>
internal sealed class ChoiceReader(int index, Sequence sequence, Tokenizer tokenizer, IReadOnlyList<string> stops)
{
    private readonly StreamingDecoder _decoder = new(tokenizer);
    private readonly StopMatcher _stops = new(stops);

    /// <exception cref="ApiException">The engine failed on the way.</exception>
    public async IAsyncEnumerable<ChoiceDelta> ReadAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        while (await NextAsync(cancellation) is { } next)
        {
            if (next is EngineEvent.Finished end)
            {
                var rest = _stops.Push(_decoder.Flush()) + _stops.Flush();
                yield return new ChoiceDelta(
                    index,
                    rest,
                    [],
                    0,
                    end.Reason == FinishReason.Length && !_stops.Stopped ? "length" : "stop"
                );
                yield break;
            }

            var token = (EngineEvent.Token)next;
            var text = _stops.Push(_decoder.Push(token.Id));
            var logprobs = sequence.Request.TopLogprobs is null ? [] : new[] { Logprob(token) };
            if (_stops.Stopped)
            {
                sequence.Cancel(FinishReason.Stop);
                yield return new ChoiceDelta(index, text, logprobs, 1, "stop");
                yield break;
            }

            yield return new ChoiceDelta(index, text, logprobs, 1, null);
        }
    }

    private async Task<EngineEvent?> NextAsync(CancellationToken cancellation)
    {
        try
        {
            return await sequence.Events.ReadAsync(cancellation);
        }
        catch (System.Threading.Channels.ChannelClosedException closed)
        {
            throw closed.InnerException is null or EngineStoppedException
                ? new ApiException(503, "server_error", "stopping", null, "the server is stopping")
                : new ApiException(500, "server_error", "engine_failed", null, "the model failed; the server restarts");
        }
    }

    private TokenLogprob Logprob(EngineEvent.Token token)
    {
        var (text, bytes) = Describe(token.Id);
        return new TokenLogprob(
            text,
            token.Logprob,
            bytes,
            [
                .. token.Top.Select(top =>
                {
                    var (name, raw) = Describe(top.Id);
                    return new TopLogprob(name, top.Logprob, raw);
                }),
            ]
        );
    }

    /// <summary>Returns a token's name and bytes; control tokens are named although they have no text.</summary>
    private (string Text, IReadOnlyList<int> Bytes) Describe(int id)
    {
        if (id >= tokenizer.Pieces.Count)
        {
            return ("", []);
        }

        var piece = tokenizer.Pieces[id];
        if (piece.Kind == PieceKind.Byte)
        {
            return (piece.Text, [Convert.ToByte(piece.Text[1..^1], 16)]);
        }

        var text = piece.Text.Replace(Tokenizer.Space, ' ');
        return (text, [.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)]);
    }
}
