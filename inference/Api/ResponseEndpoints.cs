using GemmaInference.Api.Requests;
using GemmaInference.Api.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace GemmaInference.Api;

/// <summary>Serves <c>/v1/responses</c>, whole or as events.</summary>
internal sealed class ResponseEndpoints(RunStarter starter, TimeProvider time, ILogger<ResponseEndpoints> logger)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/responses", (RequestDelegate)AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, run) = await StartAsync(context.Request);
        using var _ = run;
        IgnoredFields.Tell(context, request.Ignored, logger);
        if (request.Stream)
        {
            await StreamAsync(context.Response, run, request.Writer, context.RequestAborted);
            return;
        }

        var tokens = 0;
        await foreach (var delta in run.ReadAsync(context.RequestAborted))
        {
            tokens += delta.Tokens;
            request.Writer.Add(delta);
        }

        request.Writer.End(run.PromptTokens, tokens);
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(
            ServerSentEvents.Bytes(request.Writer.Response()),
            context.RequestAborted
        );
    }

    /// <returns>What is needed of the request while it is answered; not its text.</returns>
    private async Task<((bool Stream, IReadOnlyList<string> Ignored, ResponseWriter Writer), CompletionRun)> StartAsync(
        HttpRequest http
    )
    {
        var (request, run) = await starter.StartAsync(
            http,
            ResponseReader.Read,
            request => request.Completion,
            RequestSpan.Chat
        );
        var writer = new ResponseWriter(
            $"resp_{Guid.NewGuid():N}",
            time.GetUtcNow().ToUnixTimeSeconds(),
            request.Completion.Model,
            request.Echo
        );
        return ((request.Completion.Stream, request.Completion.Ignored, writer), run);
    }

    private static async Task StreamAsync(
        HttpResponse response,
        CompletionRun run,
        ResponseWriter writer,
        CancellationToken cancellation
    )
    {
        var events = new ServerSentEvents(response);
        var tokens = 0;
        try
        {
            foreach (var next in writer.Begin())
            {
                await events.SendAsync(next, cancellation);
            }

            await foreach (var delta in run.ReadAsync(cancellation))
            {
                tokens += delta.Tokens;
                foreach (var next in writer.Add(delta))
                {
                    await events.SendAsync(next, cancellation);
                }
            }

            foreach (var next in writer.End(run.PromptTokens, tokens))
            {
                await events.SendAsync(next, cancellation);
            }
        }
        catch (ApiException cause) when (response.HasStarted)
        {
            await events.SendAsync(writer.Failure(cause.Body.Error), cancellation);
        }
    }
}
