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
    private readonly ToolCallParser? _calls = style is { Tools: { } names, Marks: null }
        ? new ToolCallParser(names, style.MustCall)
        : null;
    private readonly AnswerDivider? _divider = style.Marks is { } marks
        ? new AnswerDivider(marks, style.Tools is not null)
        : null;
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
                    var last = Divided(_decoder.Flush());
                    var rest = Said(last, counts: true);
                    var reason = end.Reason == FinishReason.Length && !_stops.Stopped ? "length" : "stop";
                    yield return Last(rest with { Said = rest.Said + _stops.Flush() }, [], 0, reason);
                    yield break;
            }

            var token = (EngineEvent.Token)next;
            if (tokens++ == 0)
            {
                _describer.EndPrompt();
            }

            // As vLLM does: what ends within the least number of tokens stops nothing. Nor does what a call has in it.
            var piece = Said(
                Take(token.Id),
                counts: tokens > sequence.Request.MinTokens && _calls is not { HasCalls: true }
            );
            var logprobs = sequence.Request.TopLogprobs is null ? [] : new[] { _describer.Next(token) };
            if (_stops.Stopped)
            {
                sequence.Cancel(FinishReason.Stop);
                yield return Last(piece, logprobs, 1, "stop");
                yield break;
            }

            yield return Delta(piece, logprobs, 1);
        }
    }

    /// <summary>Takes a token; returns what it comes to where answers are divided by tokens.</summary>
    private AnswerPiece Take(int token)
    {
        if (_divider is null)
        {
            return AnswerPiece.Saying(_decoder.Push(token));
        }

        if (!_divider.IsMark(token))
        {
            return _divider.Push(_decoder.Push(token));
        }

        // Of a character that a mark cuts off, what there is of it belongs to what came before.
        var before = _divider.Push(_decoder.Flush());
        return before.Plus(_divider.Take(token));
    }

    private AnswerPiece Divided(string text) => _divider?.Push(text) ?? AnswerPiece.Saying(text);

    /// <summary>Holds back of what is said what may become a stop string.</summary>
    private AnswerPiece Said(AnswerPiece piece, bool counts) =>
        piece.Said.Length == 0 && _divider is not null ? piece : piece with { Said = _stops.Push(piece.Said, counts) };

    private ChoiceDelta Delta(AnswerPiece piece, IReadOnlyList<TokenLogprob> logprobs, int tokens)
    {
        var (said, calls) = _calls?.Push(piece.Said) ?? (piece.Said, piece.Calls);
        return new ChoiceDelta(index, said, logprobs, tokens, null) { Thought = piece.Thought, Calls = calls };
    }

    private ChoiceDelta Last(AnswerPiece piece, IReadOnlyList<TokenLogprob> logprobs, int tokens, string reason)
    {
        var delta = Delta(piece, logprobs, tokens);
        var isWhole = _calls is { IsWhole: true } || _divider is { IsWhole: true };
        return delta with
        {
            Text = delta.Text + _calls?.Finish(),
            Thought = delta.Thought + _divider?.Finish(),
            // Of a call that isn't whole it is told by another reason than the calls.
            FinishReason = reason == "stop" && isWhole ? "tool_calls" : reason,
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
