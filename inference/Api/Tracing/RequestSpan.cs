using System.Diagnostics;
using GemmaInference.Api.Requests;
using GemmaInference.Engine;
using Microsoft.AspNetCore.Http;

namespace GemmaInference.Api.Tracing;

/// <summary>
/// Tells of one request by OpenTelemetry's conventions for generative models (1.37): how much was asked and answered,
/// and how long its sequences waited, were read and were written. No text of anybody's is in it.
/// </summary>
internal sealed class RequestSpan : IDisposable
{
    public const string SourceName = "gemma-inference";
    public const string Chat = "chat";
    public const string Completion = "text_completion";
    public const string Embeddings = "embeddings";

    private static readonly ActivitySource Source = new(SourceName);
    private readonly Activity? _span;
    private readonly TimeProvider _time;

    private RequestSpan(Activity? span, TimeProvider time) => (_span, _time) = (span, time);

    /// <summary>Begins a span within the client's trace, where it names one (W3C Trace Context).</summary>
    /// <param name="operation">One of the names above.</param>
    public static RequestSpan Start(HttpRequest http, string operation, TimeProvider time)
    {
        if (!Source.HasListeners())
        {
            return new RequestSpan(null, time);
        }

        _ = ActivityContext.TryParse(http.Headers.TraceParent, http.Headers.TraceState, isRemote: true, out var parent);
        // The web server's own span is never sent: a parent that nobody has seen would be none.
        Activity.Current = null;
        var span = Source.StartActivity(operation, ActivityKind.Server, parent);
        span?.SetTag("gen_ai.operation.name", operation);
        span?.SetTag("gen_ai.provider.name", "gemma-inference");
        span?.SetTag("url.path", http.Path.Value);
        span?.SetTag("http.request.header.x-request-id", http.HttpContext.TraceIdentifier);
        return new RequestSpan(span, time);
    }

    /// <summary>Tells what is asked for.</summary>
    public void Ask(string model, string operation)
    {
        if (_span is not null)
        {
            _span.DisplayName = $"{operation} {model}";
            _span.SetTag("gen_ai.request.model", model);
            _span.SetTag("gen_ai.response.model", model);
        }
    }

    /// <summary>Tells how it is to be answered.</summary>
    public void Ask(CompletionRequest request)
    {
        Ask(request.Model, request.IsChat ? Chat : Completion);
        Tag("gen_ai.request.max_tokens", request.MaxTokens);
        Tag("gen_ai.request.choice.count", request.Choices > 1 ? request.Choices : null);
        Tag("gen_ai.request.temperature", request.Sampling.Temperature);
        Tag("gen_ai.request.top_p", request.Sampling.TopP);
        Tag("gen_ai.request.top_k", request.Sampling.TopK);
        Tag("gen_ai.request.seed", request.Sampling.Seed);
        Tag(
            "gen_ai.request.presence_penalty",
            request.Sampling.PresencePenalty is 0 ? null : request.Sampling.PresencePenalty
        );
        Tag(
            "gen_ai.request.frequency_penalty",
            request.Sampling.FrequencyPenalty is 0 ? null : request.Sampling.FrequencyPenalty
        );
        Tag("gen_ai.output.type", request.Form is null ? null : "json");
    }

    /// <summary>Tells how many tokens were read and written.</summary>
    public void Count(int read, int? written)
    {
        Tag("gen_ai.usage.input_tokens", read);
        Tag("gen_ai.usage.output_tokens", written);
    }

    /// <summary>Tells how the answers ended, and what became of each sequence meanwhile.</summary>
    public void Answer(IReadOnlyList<string> reasons, IReadOnlyList<Sequence> sequences)
    {
        if (_span is null)
        {
            return;
        }

        Tag("gen_ai.response.finish_reasons", reasons.ToArray());
        foreach (var (index, sequence) in sequences.Index())
        {
            var number = sequences.Count > 1 ? index : (int?)null;
            Phase("queue", sequence.Submitted, sequence.Admitted, number);
            Phase("prefill", sequence.Admitted, sequence.FirstToken, number);
            // What ends at a stop string is answered before the engine notes it.
            Phase("decode", sequence.FirstToken, sequence.Ended ?? _time.GetTimestamp(), number);
        }
    }

    /// <summary>Tells what it failed of.</summary>
    public void Fail(Exception cause)
    {
        var kind = cause switch
        {
            ApiException own => own.Body.Error.Code ?? own.Body.Error.Type,
            OperationCanceledException => "cancelled",
            _ => cause.GetType().FullName ?? "unknown",
        };
        Tag("error.type", kind);
        Tag("http.response.status_code", (cause as ApiException)?.Status);
        _span?.SetStatus(ActivityStatusCode.Error);
    }

    public void Dispose() => _span?.Dispose();

    private void Tag(string name, object? value)
    {
        if (value is not null)
        {
            _span?.SetTag(name, value);
        }
    }

    private void Phase(string name, long? from, long? to, int? index)
    {
        if (from is not { } begun || to is not { } ended)
        {
            return;
        }

        var phase = Source.StartActivity(name, ActivityKind.Internal, _span!.Context, startTime: At(begun));
        if (phase is not null)
        {
            phase.SetTag("gemma.choice.index", index);
            phase.SetEndTime(At(ended).UtcDateTime);
            phase.Dispose();
        }
    }

    private DateTimeOffset At(long timestamp) => _time.GetUtcNow() - _time.GetElapsedTime(timestamp);
}
