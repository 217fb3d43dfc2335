using GemmaInference.Api.Calls;
using GemmaInference.Api.Requests;
using GemmaInference.Engine;
using GemmaInference.Text;

namespace GemmaInference.Api;

/// <summary>
/// Turns the engine's tokens of one sequence into text, up to the first stop string; with an echo, the prompt's first.
/// </summary>
internal sealed class ChoiceReader(int index, Sequence sequence, Tokenizer tokenizer, CompletionRun.Style style)
{
    private readonly StreamingDecoder _decoder = new(tokenizer);
    private readonly StopMatcher _stops = new(style.Stops);
    private readonly ToolCallParser? _calls = style.Tools is { } names ? new ToolCallParser(names) : null;
    private readonly TokenDescriber _describer = new(tokenizer, style.WithBytes);

    /// <exception cref="ApiException">The engine failed on the way.</exception>
    public async IAsyncEnumerable<ChoiceDelta> ReadAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var (echoed, tokens) = (!style.Echo, 0);
        while (await NextAsync(cancellation) is { } next)
        {
            if (!echoed)
            {
                echoed = true;
                yield return Echo();
            }

            switch (next)
            {
                case EngineEvent.Scored scored:
                    yield return new ChoiceDelta(index, "", [.. scored.Tokens.Select(_describer.Next)], 0, null);
                    continue;

                case EngineEvent.Finished end:
                    var rest = _stops.Push(_decoder.Flush()) + _stops.Flush();
                    var reason = end.Reason == FinishReason.Length && !_stops.Stopped ? "length" : "stop";
                    yield return Last(rest, [], 0, reason);
                    yield break;
            }

            var token = (EngineEvent.Token)next;
            if (tokens++ == 0)
            {
                _describer.EndPrompt();
            }

            // As vLLM does: what ends within the least number of tokens stops nothing. Nor does what a call has in it.
            var text = _stops.Push(
                _decoder.Push(token.Id),
                counts: tokens > sequence.Request.MinTokens && _calls is not { HasCalls: true }
            );
            var logprobs = sequence.Request.TopLogprobs is null ? [] : new[] { _describer.Next(token) };
            if (_stops.Stopped)
            {
                sequence.Cancel(FinishReason.Stop);
                yield return Last(text, logprobs, 1, "stop");
                yield break;
            }

            yield return Piece(text, logprobs, 1);
        }
    }

    private ChoiceDelta Piece(string text, IReadOnlyList<TokenLogprob> logprobs, int tokens)
    {
        var (said, calls) = _calls?.Push(text) ?? (text, []);
        return new ChoiceDelta(index, said, logprobs, tokens, null) { Calls = calls };
    }

    private ChoiceDelta Last(string text, IReadOnlyList<TokenLogprob> logprobs, int tokens, string reason)
    {
        var piece = Piece(text, logprobs, tokens);
        return piece with
        {
            Text = piece.Text + _calls?.Finish(),
            // Of a call that isn't whole it is told by another reason than the calls.
            FinishReason = reason == "stop" && _calls is { IsWhole: true } ? "tool_calls" : reason,
        };
    }

    /// <summary>Makes the prompt's text, and its first token, which nothing foretells.</summary>
    private ChoiceDelta Echo()
    {
        var prompt = sequence.Request.Prompt;
        return new ChoiceDelta(
            index,
            tokenizer.Decode(prompt),
            sequence.Request.ScoresPrompt ? [_describer.First(prompt[0])] : [],
            0,
            null
        );
    }

    private async Task<EngineEvent?> NextAsync(CancellationToken cancellation)
    {
        try
        {
            return await sequence.Events.ReadAsync(cancellation);
        }
        catch (System.Threading.Channels.ChannelClosedException closed)
        {
            throw closed.InnerException switch
            {
                null or EngineStoppedException => new ApiException(
                    503,
                    "server_error",
                    "stopping",
                    null,
                    "the server is stopping"
                ),
                UnspellableException => ApiException.Invalid(
                    "stop_token_ids",
                    "the answer can't be finished: every token that goes on as the schema or the functions ask for is "
                        + "one of 'stop_token_ids'; leave those out that spell the answer",
                    "unspellable"
                ),
                _ => new ApiException(
                    500,
                    "server_error",
                    "engine_failed",
                    null,
                    "the model failed; the server restarts"
                ),
            };
        }
    }
}
