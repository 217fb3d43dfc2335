using System.Collections.Concurrent;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>Holds what a registry answered, and says for whom that still counts.</summary>
/// <param name="resolution">The answer.</param>
/// <param name="at">When it was given (UTC).</param>
/// <param name="until">Until when nothing else can be had (UTC): the registry asked for a pause.</param>
internal sealed class UpstreamBaseAnswer(UpstreamBaseResolution resolution, DateTime at, DateTime? until = null)
{
    /// <summary>
    /// A failure serves other objects for so long, but each object only once: one that asks again was changed
    /// meanwhile, or its back-off is over, and the registry is asked anew.
    /// </summary>
    private static readonly TimeSpan FailureSharedFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    public UpstreamBaseResolution Resolution => resolution;

    public bool IsFor(string uid, DateTime after, DateTime now) =>
        (resolution, until) switch
        {
            (UpstreamBaseResolution.Resolved, _) => at > after,
            (_, { } pause) => now < pause,
            _ => now - at < FailureSharedFor && _told.TryAdd(uid, true),
        };
}
