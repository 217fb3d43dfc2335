using System.Collections.Concurrent;

namespace GemmaOperator.BaseImages.Weights;

/// <summary>Holds what was answered, and says for whom that still counts.</summary>
/// <param name="given">The answer.</param>
/// <param name="at">When it was given (UTC).</param>
/// <param name="until">Until when nothing else can be had (UTC): a pause was asked for; null without one.</param>
internal sealed class SharedSourceAnswer(SourceAnswer given, DateTime at, DateTime? until = null)
{
    /// <summary>
    /// A failure serves other objects for so long, but each object only once: one that asks again was changed
    /// meanwhile, or its back-off is over, and the source is asked anew.
    /// </summary>
    private static readonly TimeSpan FailureSharedFor = TimeSpan.FromMinutes(1);

    /// <summary>Says how much is reckoned for one that is kept, in characters: it may quote a server.</summary>
    public const int Characters = 512;

    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    public SourceAnswer Given => given;

    public DateTime At => at;

    public DateTime? Until => until;

    public bool IsFor(string uid, DateTime after, DateTime now) =>
        (given, until) switch
        {
            (SourceAnswer.OfHub or SourceAnswer.OfImage, _) => at > after,
            (_, { } pause) => now < pause,
            _ => now - at < FailureSharedFor && _told.TryAdd(uid, true),
        };
}
