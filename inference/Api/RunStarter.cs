using GemmaInference.Api.Requests;
using GemmaInference.Api.Tracing;
using GemmaInference.Engine;
using GemmaInference.Grammar.Json;
using Microsoft.AspNetCore.Http;

namespace GemmaInference.Api;

/// <summary>Reads requests and gives them to the engine, large ones one at a time.</summary>
internal sealed class RunStarter(
    ServerOptions options,
    InferenceEngine engine,
    LargeBodies bodies,
    GrammarCache grammars,
    TimeProvider time
)
{
    /// <param name="read">Reads the body.</param>
    /// <param name="completion">Returns what is asked of the engine.</param>
    /// <param name="operation">What traces call it.</param>
    /// <exception cref="ApiException">The request can't be used, or the engine takes no more.</exception>
    public async Task<(T Request, CompletionRun Run)> StartAsync<T>(
        HttpRequest http,
        Func<ReadOnlyMemory<byte>, T> read,
        Func<T, CompletionRequest> completion,
        string operation
    )
    {
        var span = RequestSpan.Start(http, operation, time);
        try
        {
            return await StartAsync(http, read, completion, span);
        }
        catch (Exception cause)
        {
            span.Fail(cause);
            span.Dispose();
            throw;
        }
    }

    private async Task<(T Request, CompletionRun Run)> StartAsync<T>(
        HttpRequest http,
        Func<ReadOnlyMemory<byte>, T> read,
        Func<T, CompletionRequest> completion,
        RequestSpan span
    )
    {
        var cancellation = http.HttpContext.RequestAborted;
        using var place = bodies.Open();
        var body = await RequestBody.ReadAsync(http, place, cancellation);
        await place.TurnAsync(cancellation);
        var request = read(body);
        var asked = completion(request);
        options.CheckModel(asked.Model);
        span.Ask(asked);
        return (request, CompletionRun.Start(asked, engine, options.MaxQueue, grammars, span));
    }
}
