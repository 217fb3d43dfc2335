using System.Net;

namespace GemmaOperator.Hub;

/// <summary>Sorts a hub's refusals by who must act.</summary>
internal static class HubFailure
{
    /// <summary>
    /// Reads status and <c>X-Error-Code</c>. A hub answers 401 also for what isn't there, to those without a token.
    /// </summary>
    public static HubException Of(HttpResponseMessage response, string what, DateTimeOffset now)
    {
        var code = response.Headers.TryGetValues("X-Error-Code", out var values) ? values.FirstOrDefault() : null;
        var error = (response.StatusCode, code) switch
        {
            (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, "GatedRepo") => HubError.Gated,
            (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, _) => HubError.Unauthorized,
            (HttpStatusCode.NotFound, "RevisionNotFound") => HubError.RevisionNotFound,
            (HttpStatusCode.NotFound, "EntryNotFound") => HubError.FileNotFound,
            (HttpStatusCode.NotFound, _) => HubError.RepositoryNotFound,
            (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout, _) => HubError.Unavailable,
            (>= HttpStatusCode.InternalServerError, _) => HubError.Unavailable,
            _ => HubError.Malformed,
        };
        return new HubException(error, $"{what}: HTTP {(int)response.StatusCode}")
        {
            RetryAfter = response.Headers.RetryAfter switch
            {
                { Delta: { } delta } => delta,
                { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
                _ => null,
            },
        };
    }
}
