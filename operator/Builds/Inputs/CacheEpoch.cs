using System.Globalization;
using System.Text.RegularExpressions;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Makes the value of the CACHE_EPOCH build argument. Kaniko's key of a layer is the base's digest, the instructions
/// and the
/// arguments; without a part that moves, a scheduled rebuild would find every layer in the cache and change nothing.
/// </summary>
internal static partial class CacheEpoch
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Returns the epoch of a build.</summary>
    /// <param name="refresh">When the epoch moves.</param>
    /// <param name="lastTick">Newest tick of the schedule that a build was made for; null when none was.</param>
    /// <param name="number">Number of the build.</param>
    /// <param name="before">Epoch of the build before it; empty when there is none.</param>
    /// <param name="now">The time.</param>
    /// <param name="isAskedFor">
    /// Whether new packages are wanted now: somebody asks by hand, and no build has answered that, or the layers of the
    /// present epoch are no good.
    /// </param>
    /// <remarks>
    /// OnSchedule: the tick, so that all builds between two ticks share layers, whatever their reason. Always: the
    /// number. A request by hand is an epoch of its own, whatever the setting, and stays one for the builds after it
    /// until a newer tick: with the one before, they would find older packages in the cache than it has brought.
    /// </remarks>
    public static string Of(
        CacheRefresh? refresh,
        DateTimeOffset? lastTick,
        long number,
        string before,
        DateTimeOffset now,
        bool isAskedFor
    )
    {
        if (refresh == CacheRefresh.Always)
        {
            return string.Create(CultureInfo.InvariantCulture, $"b{number}");
        }

        if (isAskedFor)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{Text(now)}-b{number}");
        }

        var tick = refresh == CacheRefresh.OnSchedule ? lastTick : null;
        // What a clock that was wrong has written must not keep ticks out until then.
        return RequestedAt(before) is { } request && request <= now && (tick is null || request > tick) ? before
            : tick is { } at ? Text(at)
            : "";
    }

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>Returns when the request was answered whose epoch it is; null for an epoch of another kind.</summary>
    private static DateTimeOffset? RequestedAt(string epoch) =>
        Requested().Match(epoch) is { Success: true } match
        && DateTimeOffset.TryParseExact(
            match.Groups["at"].Value,
            TimeFormat,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var at
        )
            ? at
            : null;

    public static bool IsValid(string epoch) => Pattern().IsMatch(epoch);

    [GeneratedRegex(@"\A(?<at>[0-9TZ:-]{20})-b[0-9]+\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Requested();

    [GeneratedRegex(@"\A[A-Za-z0-9:.-]{0,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
