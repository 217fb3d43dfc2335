using System.Collections.Concurrent;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>What a registry answered, and for whom that still counts.</summary>
/// <param name="resolution">The answer.</param>
/// <param name="at">When it was given (UTC).</param>
/// <param name="until">Until when nothing else can be had (UTC): the registry asked for a pause.</param>
internal sealed class BaseAnswer(BaseResolution resolution, DateTime at, DateTime? until = null)
{
    /// <summary>
    /// A failure is shared for so long, but told to each object once: one that comes again has been changed, or has
    /// waited as long as it should.
    /// </summary>
    private static readonly TimeSpan FailureSharedFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    public BaseResolution Resolution => resolution;

    public bool IsFor(string uid, DateTime after, DateTime now) =>
        (resolution, until) switch
        {
            (BaseResolution.Resolved, _) => at > after,
            (_, { } pause) => now < pause,
            _ => now - at < FailureSharedFor && _told.TryAdd(uid, true),
        };
}
