using System.Text.Json;
using GemmaInference.Api.Requests;
using GemmaInference.Api.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace GemmaInference.Api;

/// <summary>Serves <c>/v1/chat/completions</c> and <c>/v1/completions</c>, whole or as server-sent events.</summary>
internal sealed class CompletionEndpoints(RunStarter starter, TimeProvider time, ILogger<CompletionEndpoints> logger)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/chat/completions", (RequestDelegate)(context => AnswerAsync(context, chat: true)));
        routes.MapPost("/v1/completions", (RequestDelegate)(context => AnswerAsync(context, chat: false)));
    }

    private async Task AnswerAsync(HttpContext context, bool chat)
    {
        var cancellation = context.RequestAborted;
        var (request, run) = await StartAsync(context.Request, chat);
        using var _ = run;
        IgnoredFields.Tell(context, request.Ignored, logger);
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
            await WholeAsync(context.Response, run, shapes, cancellation);
        }
    }

    /// <returns>The request without its text: megabytes must not be held for as long as the answer takes.</returns>
    private async Task<(CompletionRequest Request, CompletionRun Run)> StartAsync(HttpRequest http, bool chat)
    {
        var (request, run) = await starter.StartAsync(
            http,
            body => RequestReader.Read(body, chat),
            request => request,
            chat ? RequestSpan.Chat : RequestSpan.Completion
        );
        return (request with { Messages = null, Prompts = null, Form = null, Tools = null }, run);
    }

    private static async Task WholeAsync(
        HttpResponse response,
        CompletionRun run,
        ResponseShapes shapes,
        CancellationToken cancellation
    )
    {
        var choices = Enumerable.Range(0, run.Choices).Select(index => new CollectedChoice(index)).ToList();
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
        var tokens = 0;
        try
        {
            for (var index = 0; shapes.IsChat && index < run.Choices; index++)
            {
                await events.SendAsync(shapes.Opening(index), cancellation);
            }

            await foreach (var delta in run.ReadAsync(cancellation))
            {
                tokens += delta.Tokens;
                // Nothing to say yet: part of a character, or of what may become a stop string.
                if (
                    delta is
                    { Text.Length: 0, Thought.Length: 0, FinishReason: null, Logprobs.Count: 0, Calls.Count: 0 }
                )
                {
                    continue;
                }

                await events.SendAsync(shapes.Chunk(delta), cancellation);
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
}
