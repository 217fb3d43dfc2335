using System.Runtime.InteropServices;
using System.Text.Json;
using GemmaInference.Api.Requests;
using GemmaInference.Api.Tracing;
using GemmaInference.Engine;
using GemmaInference.Engine.Embedding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace GemmaInference.Api;

/// <summary>Serves <c>/v1/embeddings</c> of models that embed text.</summary>
internal sealed class EmbeddingEndpoints(
    ServerOptions options,
    InferenceEngine engine,
    LargeBodies bodies,
    TimeProvider time,
    ILogger<EmbeddingEndpoints> logger
)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/embeddings", (RequestDelegate)AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        using var span = RequestSpan.Start(context.Request, RequestSpan.Embeddings, time);
        span.Ask(options.ModelName, RequestSpan.Embeddings);
        try
        {
            await AnswerAsync(context, span);
        }
        catch (Exception cause)
        {
            span.Fail(cause);
            throw;
        }
    }

    private async Task AnswerAsync(HttpContext context, RequestSpan span)
    {
        var (request, tokens, job) = await StartAsync(context);
        span.Count(tokens, null);
        IgnoredFields.Tell(context, request.Ignored, logger);
        IReadOnlyList<float[]> embeddings;
        try
        {
            embeddings = await job.Done.WaitAsync(context.RequestAborted);
        }
        catch (EngineStoppedException)
        {
            throw EngineReadiness.Refusal(Submission.Draining);
        }
        catch (Exception cause) when (cause is not OperationCanceledException)
        {
            throw EngineReadiness.Refusal(Submission.NotReady);
        }

        foreach (var (index, numbers) in embeddings.Index())
        {
            CheckNumbers(index, numbers);
        }

        var answer = new EmbeddingList(
            "list",
            [
                .. embeddings.Select(
                    (numbers, index) =>
                        new EmbeddingItem("embedding", index, Written(Cut(numbers, request.Dimensions), request))
                ),
            ],
            options.ModelName,
            new EmbeddingUsage(tokens, tokens)
        );
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(
            context.Response.Body,
            answer,
            answer.GetType(),
            ApiJson.Wire,
            context.RequestAborted
        );
    }

    /// <returns>The request, without its body being held, how many tokens it has, and what becomes of them.</returns>
    private async Task<(EmbeddingRequest Request, int Tokens, EmbeddingJob Job)> StartAsync(HttpContext context)
    {
        using var place = bodies.Open();
        var body = await RequestBody.ReadAsync(context.Request, place, context.RequestAborted);
        await place.TurnAsync(context.RequestAborted);
        var request = JsonBody.Read(body, EmbeddingReader.Read);
        options.CheckModel(request.Model);
        var model = engine.ReadyModel();
        var texts = EmbeddingTokenizer.Read(request, model, model.ReadyEmbedder());
        var job = new EmbeddingJob(texts, context.RequestAborted);
        var submitted = engine.TrySubmit(job);
        return submitted == Submission.Accepted
            ? (request with { Inputs = [] }, texts.Sum(text => text.Length), job)
            : throw EngineReadiness.Refusal(submitted);
    }

    /// <exception cref="ApiException">One of them is none: float16 ends where some texts lead.</exception>
    private static void CheckNumbers(int index, float[] numbers)
    {
        if (!numbers.All(float.IsFinite))
        {
            throw new ApiException(
                500,
                "server_error",
                "out_of_range",
                null,
                $"the model's numbers leave the range of its type for text {index}; it needs DTYPE bfloat16 or float32"
            );
        }
    }

    /// <summary>Cuts an embedding and gives what is left the length 1 again.</summary>
    private static float[] Cut(float[] numbers, int? size)
    {
        if (size is not { } wanted || wanted == numbers.Length)
        {
            return numbers;
        }

        var cut = numbers[..wanted];
        var length = Math.Sqrt(cut.Sum(number => (double)number * number));
        return length == 0 ? cut : Array.ConvertAll(cut, number => (float)(number / length));
    }

    private static JsonElement Written(float[] numbers, EmbeddingRequest request) =>
        request.IsBase64
            ? JsonSerializer.SerializeToElement(
                Convert.ToBase64String(MemoryMarshal.AsBytes(numbers.AsSpan())),
                ApiJson.Wire.String
            )
            : JsonSerializer.SerializeToElement(numbers, ApiJson.Wire.SingleArray);
}
