using GemmaInference.Api.Access;
using GemmaInference.Api.Requests;
using Microsoft.AspNetCore.Http;

namespace GemmaInference.Api;

/// <summary>Lets requests pass that show a key, as OpenAI's clients do, and those for what is open to all.</summary>
internal sealed class ApiKeyMiddleware(RequestDelegate next, ApiKeyFile keys, KeyUse use)
{
    private const string Scheme = "Bearer ";

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<OpenToAll>() is not null)
        {
            return next(context);
        }

        return Shown(context.Request) is { } key
            ? keys.Accepts(key)
                ? CountedAsync(context, key)
                : throw Refused("the API key that was shown is none of this server's")
            : throw Refused("an API key is needed; show it as 'Authorization: Bearer <key>'");
    }

    private async Task CountedAsync(HttpContext context, string key)
    {
        using var turn =
            use.TryEnter(key)
            ?? throw new ApiException(
                429,
                "rate_limit_error",
                "key_limit",
                null,
                $"{use.Most} requests of this key are being answered; send the next when one has ended"
            );
        await next(context);
    }

    private static string? Shown(HttpRequest request) =>
        request.Headers.Authorization is [{ } header]
        && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && header[Scheme.Length..].Trim() is { Length: > 0 } key
            ? key
            : null;

    private static ApiException Refused(string message) =>
        new(401, "invalid_request_error", "invalid_api_key", null, message);
}
