using System.Text.Json;
using GemmaInference.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace GemmaInference.Api;

/// <summary>Serves <c>/v1/chat/completions</c> and <c>/v1/completions</c>, whole or as server-sent events.</summary>
internal sealed partial class CompletionEndpoints(
    ServerOptions options,
    InferenceEngine engine,
    LargeBodies bodies,
    TimeProvider time,
    ILogger<CompletionEndpoints> logger
)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/chat/completions", (RequestDelegate)(context => AnswerAsync(context, chat: true)));
        routes.MapPost("/v1/completions", (RequestDelegate)(context => AnswerAsync(context, chat: false)));
    }

    private async Task AnswerAsync(HttpContext context, bool chat)
    {
        var cancellation = context.RequestAborted;
        var (request, run) = await StartAsync(context.Request, chat, cancellation);
        using var _ = run;
        TellIgnored(context.Response, request.Ignored);
        var id = (chat ? "chatcmpl-" : "cmpl-") + Guid.NewGuid().ToString("N");
        var shapes = new ResponseShapes(
            chat,
            id,
            time.GetUtcNow().ToUnixTimeSeconds(),
            request.Model,
            request.TopLogprobs is not null
        );
        if (request.Stream)
        {
            await StreamAsync(context.Response, request, run, shapes, cancellation);
        }
        else
        {
            await WholeAsync(context.Response, request, run, shapes, cancellation);
        }
    }

    /// <returns>The request without its text: megabytes must not be held for as long as the answer takes.</returns>
    private async Task<(CompletionRequest Request, CompletionRun Run)> StartAsync(
        HttpRequest http,
        bool chat,
        CancellationToken cancellation
    )
    {
        using var place = bodies.Open();
        var body = await RequestBody.ReadAsync(http, place, cancellation);
        await place.TurnAsync(cancellation);
        var request = RequestReader.Read(body, chat);
        if (request.Model != options.ModelName)
        {
            throw new ApiException(
                404,
                "invalid_request_error",
                "model_not_found",
                "model",
                $"the model '{ApiException.Short(request.Model)}' does not exist here; this server "
                    + $"serves '{options.ModelName}'"
            );
        }

        return (request with { Messages = null, Prompt = null }, CompletionRun.Start(request, engine));
    }

    /// <summary>Tells the client and the log which fields nobody knows here.</summary>
    private void TellIgnored(HttpResponse response, IReadOnlyList<string> fields)
    {
        if (fields.Count > 0)
        {
            var told = IgnoredFields.Name(fields);
            response.Headers.Warning = $"299 gemma-inference \"ignored: {told}\"";
            Log.Ignored(logger, told);
        }
    }

    private static async Task WholeAsync(
        HttpResponse response,
        CompletionRequest request,
        CompletionRun run,
        ResponseShapes shapes,
        CancellationToken cancellation
    )
    {
        var choices = Enumerable.Range(0, request.Choices).Select(index => new CollectedChoice(index)).ToList();
        var tokens = 0;
        await foreach (var delta in run.ReadAsync(cancellation))
        {
            choices[delta.Index].Add(delta);
            tokens += delta.Tokens;
        }

        response.ContentType = "application/json";
        var whole = shapes.Whole(choices, new Usage(run.PromptTokens, tokens, run.PromptTokens + tokens));
        await JsonSerializer.SerializeAsync(response.Body, whole, whole.GetType(), ApiJson.Wire, cancellation);
    }

    private static async Task StreamAsync(
        HttpResponse response,
        CompletionRequest request,
        CompletionRun run,
        ResponseShapes shapes,
        CancellationToken cancellation
    )
    {
        var events = new ServerSentEvents(response);
        var sent = new int[request.Choices];
        var tokens = 0;
        try
        {
            for (var index = 0; shapes.IsChat && index < request.Choices; index++)
            {
                await events.SendAsync(shapes.Opening(index), cancellation);
            }

            await foreach (var delta in run.ReadAsync(cancellation))
            {
                tokens += delta.Tokens;
                // Nothing to say yet: part of a character, or of what may become a stop string.
                if (delta.Text.Length == 0 && delta.FinishReason is null && delta.Logprobs.Count == 0)
                {
                    continue;
                }

                await events.SendAsync(shapes.Chunk(delta, sent[delta.Index]), cancellation);
                sent[delta.Index] += delta.Text.Length;
            }

            if (request.IncludeUsage)
            {
                await events.SendAsync(
                    shapes.UsageChunk(new Usage(run.PromptTokens, tokens, run.PromptTokens + tokens)),
                    cancellation
                );
            }

            await events.DoneAsync(cancellation);
        }
        catch (ApiException cause) when (response.HasStarted)
        {
            // The status is gone already, so the error travels as an event, and [DONE] is left out.
            await events.SendAsync(cause.Body, cancellation);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            21,
            LogLevel.Warning,
            "A request has fields that this server doesn't know and ignores: {Fields}"
        )]
        public static partial void Ignored(ILogger logger, string fields);
    }
}
