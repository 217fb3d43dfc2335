using System.Globalization;
using System.Net.Http.Headers;

namespace GemmaOperator.Registry.Answers;

/// <summary>
/// Reads what a registry says about how much may still be asked: <c>RateLimit-Remaining: 0;w=21600</c> beside
/// <c>RateLimit-Limit: 100;w=21600</c> (Docker Hub), and <c>RateLimit-Reset</c> or <c>X-RateLimit-Reset</c> where they
/// are sent.
/// </summary>
internal static class RateLimitHeaders
{
    /// <summary>A reset above this is a point in time (Unix seconds), below it a number of seconds.</summary>
    private const long SmallestTimestamp = 1_000_000_000;

    /// <summary>Where nothing says how long the exhaustion lasts.</summary>
    private static readonly TimeSpan Unsaid = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Returns how long nothing should be asked; null while something remains, or when the registry has no such limit.
    /// </summary>
    public static TimeSpan? Pause(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (Read(headers, "Remaining") is not { Value: <= 0 })
        {
            return null;
        }

        if (Read(headers, "Reset") is { } reset)
        {
            var seconds = reset.Value >= SmallestTimestamp ? reset.Value - now.ToUnixTimeSeconds() : reset.Value;
            return TimeSpan.FromSeconds(Math.Clamp(seconds, 1, int.MaxValue));
        }

        // A window without an end: what was used comes back bit by bit.
        return Read(headers, "Limit") is { Value: > 0, Window: { } window } limit
            ? TimeSpan.FromSeconds(Math.Clamp(window / limit.Value, 1, int.MaxValue))
            : Unsaid;
    }

    private static (long Value, long? Window)? Read(HttpResponseHeaders headers, string name)
    {
        foreach (var prefix in (ReadOnlySpan<string>)["RateLimit-", "X-RateLimit-"])
        {
            if (headers.TryGetValues(prefix + name, out var values) && Parse(values.First()) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Reads <c>100</c> or <c>100;w=21600</c>; null for anything else.</summary>
    private static (long, long?)? Parse(string text)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        var window = parts.Skip(1).FirstOrDefault(p => p.StartsWith("w=", StringComparison.OrdinalIgnoreCase));
        return Number(parts[0]) is { } value ? (value, window is null ? null : Number(window[2..])) : null;
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
