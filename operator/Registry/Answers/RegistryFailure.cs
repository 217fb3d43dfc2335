using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GemmaOperator.Registry.Answers;

/// <summary>Sorts a registry's refusals by who must act, and says what to do.</summary>
internal static class RegistryFailure
{
    /// <param name="response">The refusal.</param>
    /// <param name="what">What was asked.</param>
    /// <param name="body">The beginning of its body.</param>
    /// <param name="now">The time.</param>
    /// <param name="noCredentials">Why it was asked without credentials; null when it was asked with some.</param>
    public static RegistryException Of(
        HttpResponseMessage response,
        string what,
        string body,
        DateTimeOffset now,
        string? noCredentials = null
    )
    {
        var (code, detail) = FirstError(body);
        var error = response.StatusCode switch
        {
            HttpStatusCode.NotFound => RegistryError.NotFound,
            HttpStatusCode.Unauthorized => RegistryError.Unauthorized,
            HttpStatusCode.Forbidden => RegistryError.Denied,
            HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout => RegistryError.Unavailable,
            >= HttpStatusCode.InternalServerError => RegistryError.Unavailable,
            _ when code == "DENIED" => RegistryError.Denied,
            _ => RegistryError.Invalid,
        };
        var said = (code, detail) switch
        {
            (null, _) => "",
            (_, null) => $" {code}",
            _ => $" {code}: {detail}",
        };
        // Who answers with the specification's codes is a registry, and its own words are the best there are.
        var advice = error == RegistryError.Invalid && code is not null ? "" : $"; {Remedy(error, noCredentials)}";
        return new RegistryException(error, $"{what}: HTTP {(int)response.StatusCode}{said}{advice}")
        {
            Status = response.StatusCode,
            RetryAfter = RetryAfter(response) ?? RateLimitHeaders.Pause(response.Headers, now),
        };
    }

    public static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset? now = null) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } when (now ?? response.Headers.Date) is { } from => date > from
                ? date - from
                : TimeSpan.Zero,
            _ => null,
        };

    /// <summary>Registries tell nobody of a repository whether it is private or isn't there.</summary>
    private static string Remedy(RegistryError error, string? noCredentials) =>
        (error, noCredentials) switch
        {
            (RegistryError.NotFound or RegistryError.Unauthorized or RegistryError.Denied, { } why) =>
                $"it is private or doesn't exist: check the name and the tag; {why}",
            _ => Remedy(error),
        };

    private static string Remedy(RegistryError error) =>
        error switch
        {
            RegistryError.NotFound => "check the name and the tag, and that the credentials may read it",
            RegistryError.Unauthorized => "check the credentials",
            RegistryError.Denied => "the credentials lack this permission",
            RegistryError.Unavailable => "tried again later",
            _ => "is this really a registry?",
        };

    /// <summary>Reads the distribution specification's error body: {"errors": [{"code", "message"}]}.</summary>
    private static (string? Code, string? Message) FirstError(string body)
    {
        try
        {
            var first = (JsonNode.Parse(body) as JsonObject)?["errors"] is JsonArray { Count: > 0 } errors
                ? errors[0] as JsonObject
                : null;
            return (RegistryJson.Text(first?["code"]), RegistryJson.Text(first?["message"]));
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }
}
