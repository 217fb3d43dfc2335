using System.Runtime.CompilerServices;
using System.Threading.Channels;
using GemmaInference.Api.Requests;
using GemmaInference.Api.Tracing;
using GemmaInference.Engine;
using GemmaInference.Grammar;
using GemmaInference.Grammar.Json;
using GemmaInference.Text;

namespace GemmaInference.Api;

/// <summary>
/// Follows a request on its way through the engine: its choices, read together. Disposal cancels what still runs, so
/// that a client that leaves frees its slots at the next step.
/// </summary>
internal sealed class CompletionRun : IDisposable
{
    private readonly IReadOnlyList<Sequence> _sequences;
    private readonly Tokenizer _tokenizer;
    private readonly Style _style;
    private readonly RequestSpan _span;
    private readonly string?[] _reasons;
    private int _tokens;

    private CompletionRun(
        IReadOnlyList<Sequence> sequences,
        LoadedModel model,
        CompletionRequest request,
        int promptTokens,
        RequestSpan span
    )
    {
        (_span, _reasons) = (span, new string?[sequences.Count]);
        (_sequences, _tokenizer, PromptTokens) = (sequences, model.Tokenizer, promptTokens);
        _style = new Style(
            request.Stop,
            request.Echo,
            request.IsChat,
            request.Tools?.Callable.Select(tool => tool.Name).ToList(),
            request.Tools is { IsRequired: true },
            request.IsChat ? model.Template.Marks : null
        );
    }

    /// <summary>Gets the tokens of all prompts, each counted once.</summary>
    public int PromptTokens { get; }

    /// <summary>Gets the number of answers: those of the first prompt come first.</summary>
    public int Choices => _sequences.Count;

    /// <exception cref="ApiException">A prompt doesn't fit, or the engine takes no more.</exception>
    public static CompletionRun Start(
        CompletionRequest request,
        InferenceEngine engine,
        int maxQueue,
        GrammarCache grammars,
        RequestSpan span
    )
    {
        var model = engine.ReadyModel().Generating();
        var thinks = PromptTokenizer.Thinks(request.Thinks, model);
        var constraint = AnswerPlan.Decide(request, model.Template.HasOwnCalls, thinks) is { } form
            ? new Constraint(form.Compile(grammars), model.Masks.Value)
            : null;
        var answers = (request.Prompts?.Count ?? 1) * request.Choices;
        if (answers > maxQueue)
        {
            var (field, fewer) = request.Prompts is { Count: > 1 }
                ? ("prompt", "send fewer prompts")
                : ("n", "ask for fewer");
            throw ApiException.Invalid(
                field,
                $"'{field}': {answers} answers are asked for at once, and this server queues {maxQueue}; {fewer}",
                "invalid_value"
            );
        }

        var prompts = PromptTokenizer.Read(request, model);
        var all = GenerationPlanner.Plan(request, prompts, constraint, model);
        return engine.TrySubmit(all, out var sequences) switch
        {
            Submission.Accepted => new CompletionRun(
                sequences,
                model,
                request,
                prompts.Sum(prompt => prompt.Count),
                span
            ),
            var refused => throw EngineReadiness.Refusal(refused),
        };
    }

    /// <summary>Returns all choices' pieces as they come.</summary>
    public async IAsyncEnumerable<ChoiceDelta> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var merged = Channel.CreateUnbounded<ChoiceDelta>();
        var readers = Task.WhenAll(
            _sequences.Select(
                (sequence, index) =>
                    ForwardAsync(new ChoiceReader(index, sequence, _tokenizer, _style), merged.Writer, cancellation)
            )
        );
        _ = readers.ContinueWith(
            done =>
                merged.Writer.TryComplete(
                    done.Exception?.InnerException
                        ?? (done.IsCanceled ? new IOException("the answer was given up") : null)
                ),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        await foreach (var delta in merged.Reader.ReadAllAsync(cancellation))
        {
            _tokens += delta.Tokens;
            _reasons[delta.Index] = delta.FinishReason ?? _reasons[delta.Index];
            yield return delta;
        }
    }

    public void Dispose()
    {
        _span.Count(PromptTokens, _tokens);
        _span.Answer([.. _reasons.OfType<string>()], _sequences);
        _span.Dispose();
        foreach (var sequence in _sequences)
        {
            sequence.Cancel();
        }
    }

    private async Task ForwardAsync(
        ChoiceReader reader,
        ChannelWriter<ChoiceDelta> writer,
        CancellationToken cancellation
    )
    {
        try
        {
            await foreach (var delta in reader.ReadAsync(cancellation))
            {
                writer.TryWrite(delta);
            }
        }
        catch (Exception cause)
        {
            _span.Fail(cause);
            throw;
        }
    }

    /// <summary>Says where answers stop, what they begin with, and what comes with their tokens.</summary>
    /// <param name="Tools">The functions that may be called; null where none may.</param>
    /// <param name="Marks">The tokens that divide answers; null where they are one text.</param>
    internal sealed record Style(
        IReadOnlyList<string> Stops,
        bool Echo,
        bool WithBytes,
        IReadOnlyList<string>? Tools,
        bool MustCall,
        AnswerMarks? Marks
    );
}
