using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Answers;

/// <summary>Sorts a registry's refusals by who must act, and says what to do.</summary>
internal static class RegistryFailure
{
    /// <param name="response">The refusal.</param>
    /// <param name="what">What was asked.</param>
    /// <param name="body">The beginning of its body.</param>
    /// <param name="now">The time.</param>
    /// <param name="about">What is known of the request; null where no repository was asked.</param>
    public static RegistryException Of(
        HttpResponseMessage response,
        string what,
        string body,
        DateTimeOffset now,
        RegistryAdvice? about = null
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
        var advice =
            error == RegistryError.Invalid && code is not null
                ? ""
                : $"; {about?.Named}{Remedy(error, response, about)}";
        return new RegistryException(error, $"{what}: HTTP {(int)response.StatusCode}{said}{advice}")
        {
            Status = response.StatusCode,
            Field = about?.Field,
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
    private static string Remedy(RegistryError error, HttpResponseMessage response, RegistryAdvice? about) =>
        (error, about?.WhyNone) switch
        {
            (RegistryError.NotFound or RegistryError.Unauthorized or RegistryError.Denied, { } why) =>
                $"it is private or doesn't exist: check the name and the tag; {why}{about!.Of}",
            (RegistryError.NotFound, _) =>
                $"check the name and the tag, and that the credentials{about?.Of} may read it",
            (RegistryError.Unauthorized, _) => $"check the credentials{about?.Of}",
            (RegistryError.Denied, _) => $"the credentials{about?.Of} lack this permission",
            (RegistryError.Unavailable, _) => "tried again later",
            _ when (int)response.StatusCode is >= 300 and < 400 =>
                $"it sends the request on to {Quoted.Of(Host(response))}: name that host, if it is the registry's",
            _ when about?.PlainBy is { } by =>
                $"it is spoken to over plain HTTP ({by}): if it speaks TLS, take that away; is this really a registry?",
            _ => "is this really a registry?",
        };

    private static string? Host(HttpResponseMessage response) =>
        response.Headers.Location is { IsAbsoluteUri: true } to ? to.Authority : null;

    /// <summary>Reads the distribution specification's error body: {"errors": [{"code", "message"}]}.</summary>
    private static (string? Code, string? Message) FirstError(string body)
    {
        try
        {
            var first = RegistryJson.Object(Encoding.UTF8.GetBytes(body), "")["errors"]
                is JsonArray { Count: > 0 } errors
                ? errors[0] as JsonObject
                : null;
            return (Said(first?["code"]), Said(first?["message"]));
        }
        catch (RegistryException)
        {
            return (null, null);
        }
    }

    /// <summary>Returns what it says, fit to be shown; null for nothing.</summary>
    private static string? Said(JsonNode? node) =>
        RegistryJson.Text(node) is { } text && RegistryWords.Said(text) is { Length: > 0 } said ? said : null;
}
