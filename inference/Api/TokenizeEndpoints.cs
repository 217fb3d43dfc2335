using System.Text.Json;
using GemmaInference.Api.Requests;
using GemmaInference.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace GemmaInference.Api;

/// <summary>Serves <c>/tokenize</c> and <c>/detokenize</c>: what a prompt is to the model, without asking it.</summary>
internal sealed class TokenizeEndpoints(
    ServerOptions options,
    InferenceEngine engine,
    LargeBodies bodies,
    ILogger<TokenizeEndpoints> logger
)
{
    /// <summary>Bounds the tokens of an answer: prompts may be measured that the context doesn't hold.</summary>
    private const int MaxTokens = 1 << 18;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/tokenize", (RequestDelegate)TokenizeAsync);
        routes.MapPost("/detokenize", (RequestDelegate)DetokenizeAsync);
    }

    private async Task TokenizeAsync(HttpContext context) => await AnswerAsync(context, await ListAsync(context));

    private async Task DetokenizeAsync(HttpContext context) => await AnswerAsync(context, await DecodeAsync(context));

    /// <returns>
    /// What is to be written, once the body's place is given up: a client that reads slowly must not keep it.
    /// </returns>
    private async Task<TokenList> ListAsync(HttpContext context)
    {
        using var place = bodies.Open();
        var request = await ReadAsync(context, place, TokenizeReader.ReadText);
        options.CheckModel(request.Model);
        IgnoredFields.Tell(context, request.Ignored, logger);
        var model = engine.ReadyModel();
        var limit = Math.Max(MaxTokens, model.Cache.Context);
        var (name, ids) = request.Messages is { } messages
            ? (
                "messages",
                PromptTokenizer.Chat(messages, "messages", request.Tools, request.Thinks, request.End, model, limit)
            )
            : ("prompt", model.Tokenizer.EncodeWithin(request.Prompt!, limit));
        if (ids is null)
        {
            throw ApiException.Invalid(name, $"'{name}': has more than {limit} tokens", "context_length_exceeded");
        }

        if (request.WithBos)
        {
            ids.Insert(0, model.Template.Bos);
        }

        return new TokenList(
            ids.Count,
            model.Cache.Context,
            ids,
            request.WithNames ? [.. ids.Select(id => model.Tokenizer.Pieces[id].Text)] : null
        );
    }

    /// <returns>As <see cref="ListAsync"/> does.</returns>
    private async Task<DetokenizedPrompt> DecodeAsync(HttpContext context)
    {
        using var place = bodies.Open();
        var request = await ReadAsync(context, place, TokenizeReader.ReadTokens);
        options.CheckModel(request.Model);
        IgnoredFields.Tell(context, request.Ignored, logger);
        var model = engine.ReadyModel();
        foreach (var id in request.Ids)
        {
            PromptTokenizer.CheckToken("tokens", id, model);
        }

        return new DetokenizedPrompt(model.Tokenizer.Decode(request.Ids, withControl: true));
    }

    private static async Task<T> ReadAsync<T>(HttpContext context, LargeBodies.Place place, Func<RequestFields, T> read)
    {
        var body = await RequestBody.ReadAsync(context.Request, place, context.RequestAborted);
        await place.TurnAsync(context.RequestAborted);
        return JsonBody.Read(body, read);
    }

    private static Task AnswerAsync(HttpContext context, object value)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(
            context.Response.Body,
            value,
            value.GetType(),
            ApiJson.Wire,
            context.RequestAborted
        );
    }
}
