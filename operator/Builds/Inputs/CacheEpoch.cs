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
    /// <summary>Returns the epoch of a build.</summary>
    /// <param name="refresh">When the epoch moves.</param>
    /// <param name="lastTick">Newest tick of the schedule that a build was made for; null when none was.</param>
    /// <param name="number">Number of the build.</param>
    /// <remarks>
    /// OnSchedule: the tick, so that all builds between two ticks share layers, whatever their reason. Always: the
    /// number. A manual request keeps the epoch, since it asks for a build and not for new packages.
    /// </remarks>
    public static string Of(CacheRefresh? refresh, DateTimeOffset? lastTick, long number) =>
        refresh switch
        {
            CacheRefresh.Always => string.Create(CultureInfo.InvariantCulture, $"b{number}"),
            CacheRefresh.OnSchedule when lastTick is { } tick => tick.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss'Z'",
                CultureInfo.InvariantCulture
            ),
            CacheRefresh.OnSchedule or CacheRefresh.Never or null => "",
        };

    public static bool IsValid(string epoch) => Pattern().IsMatch(epoch);

    [GeneratedRegex(@"\A[A-Za-z0-9:.-]{0,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
