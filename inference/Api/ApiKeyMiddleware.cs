using GemmaInference.Api.Access;
using GemmaInference.Api.Requests;
using Microsoft.AspNetCore.Http;

namespace GemmaInference.Api;

/// <summary>Lets requests pass that show a key, as OpenAI's clients do, and those for what is open to all.</summary>
internal sealed class ApiKeyMiddleware(RequestDelegate next, ApiKeyFile keys)
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
                ? next(context)
                : throw Refused("the API key that was shown is none of this server's")
            : throw Refused("an API key is needed; show it as 'Authorization: Bearer <key>'");
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
