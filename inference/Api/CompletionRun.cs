using System.Runtime.CompilerServices;
using System.Threading.Channels;
using GemmaInference.Engine;
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
    private readonly IReadOnlyList<string> _stops;

    private CompletionRun(IReadOnlyList<Sequence> sequences, Tokenizer tokenizer, CompletionRequest request)
    {
        (_sequences, _tokenizer, _stops) = (sequences, tokenizer, request.Stop);
        PromptTokens = sequences[0].Request.Prompt.Count;
    }

    public int PromptTokens { get; }

    /// <exception cref="ApiException">The prompt doesn't fit, or the engine takes no more.</exception>
    public static CompletionRun Start(CompletionRequest request, InferenceEngine engine)
    {
        if (engine.Model is not { } model || !engine.IsStarted)
        {
            throw new ApiException(503, "server_error", "loading", null, "the model is still loading");
        }

        var prompt =
            Prompt(request, model.Template, model.Cache.Context)
            ?? throw TooLong(request, model.Cache.Context, "more than that");
        var room = model.Cache.Context - prompt.Count;
        if (room < 1 || request.MaxTokens > room)
        {
            throw TooLong(request, model.Cache.Context, $"{prompt.Count}");
        }

        var seed = request.Seed ?? Random.Shared.NextInt64();
        var all = Enumerable
            .Range(0, request.Choices)
            .Select(choice => new GenerationRequest(
                prompt,
                request.MaxTokens ?? room,
                new Sampling(
                    request.Temperature ?? model.Defaults.Temperature,
                    request.TopP ?? model.Defaults.TopP,
                    request.TopK ?? model.Defaults.TopK,
                    unchecked((ulong)seed + ((ulong)choice * 0xD1342543DE82EF95)),
                    request.PresencePenalty,
                    request.FrequencyPenalty
                ),
                model.StopTokens,
                request.TopLogprobs
            ))
            .ToList();
        return engine.TrySubmit(all, out var sequences) switch
        {
            Submission.Accepted => new CompletionRun(sequences, model.Tokenizer, request),
            Submission.QueueFull => throw ApiException.QueueFull("the queue is full"),
            Submission.Draining => throw new ApiException(
                503,
                "server_error",
                "draining",
                null,
                "the server is shutting down"
            ),
            _ => throw new ApiException(
                503,
                "server_error",
                "engine_failed",
                null,
                "the model failed; the server restarts"
            ),
        };
    }

    /// <summary>Returns all choices' pieces as they come.</summary>
    public async IAsyncEnumerable<ChoiceDelta> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var merged = Channel.CreateUnbounded<ChoiceDelta>();
        var readers = Task.WhenAll(
            _sequences.Select(
                (sequence, index) =>
                    ForwardAsync(new ChoiceReader(index, sequence, _tokenizer, _stops), merged.Writer, cancellation)
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
            yield return delta;
        }
    }

    public void Dispose()
    {
        foreach (var sequence in _sequences)
        {
            sequence.Cancel();
        }
    }

    private static ApiException TooLong(CompletionRequest request, int context, string tokens) =>
        ApiException.Invalid(
            request.IsChat ? "messages" : "prompt",
            $"the context holds {context} tokens; the prompt has {tokens} and {request.MaxTokens ?? 1} are asked for",
            "context_length_exceeded"
        );

    private static List<int>? Prompt(CompletionRequest request, ChatTemplate template, int limit)
    {
        try
        {
            return request.Messages is { } messages
                ? template.Apply(messages, limit)
                : template.Plain(request.Prompt!, limit);
        }
        catch (ChatTemplateException cause)
        {
            throw ApiException.Invalid("messages", cause.Message);
        }
    }

    private static async Task ForwardAsync(
        ChoiceReader reader,
        ChannelWriter<ChoiceDelta> writer,
        CancellationToken cancellation
    )
    {
        await foreach (var delta in reader.ReadAsync(cancellation))
        {
            writer.TryWrite(delta);
        }
    }
}
