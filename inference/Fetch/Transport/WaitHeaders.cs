using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace GemmaInference.Fetch.Transport;

/// <summary>
/// Reads how long the other side asks to wait: Retry-After (RFC 9110), else the <c>t=</c> of the hub's RateLimit
/// (draft-ietf-httpapi-ratelimit-headers).
/// </summary>
internal static partial class WaitHeaders
{
    public static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (headers.RetryAfter is { } after)
        {
            return after.Delta ?? (after.Date > now ? after.Date - now : null);
        }

        return
            headers.TryGetValues("RateLimit", out var values)
            && Reset().Match(string.Join(',', values)) is { Success: true } match
            && int.TryParse(match.Groups["seconds"].Value, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }

    [GeneratedRegex(@"[;,]\s*t=(?<seconds>[0-9]{1,6})\b", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Reset();
}
