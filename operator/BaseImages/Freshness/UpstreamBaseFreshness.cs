using GemmaOperator.BaseImages.Facts;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>
/// Judges when the recorded digest of the upstream base is good enough, and when it is asked for again.
/// </summary>
internal static class UpstreamBaseFreshness
{
    /// <summary>
    /// Bounds the age of a digest that serves a build which wants the newest base. Long enough to carry a decision over
    /// a restart of the operator, short compared with any poll interval (at least 5 minutes).
    /// </summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    /// <summary>Finds the base to build on; returns null when the registry must be asked first.</summary>
    public static KnownBase? Find(ImageSnapshot s, BuildRequest.Known inputs, bool mustBeFresh)
    {
        if (Pinned(s, inputs) is { } pinned)
        {
            return pinned;
        }

        var known = Recorded(s, inputs);
        return known is null || (mustBeFresh && known.CheckedAt <= FreshAfter(s)) ? null : known;
    }

    /// <summary>
    /// Returns the time (UTC) after which an answer must have been given to be fresh enough for a build.
    /// </summary>
    public static DateTime FreshAfter(ImageSnapshot s) => s.Now - FreshFor;

    /// <summary>
    /// Returns the time (UTC) after which an answer must have been given to count as a poll: within one interval a
    /// reference is asked for once.
    /// </summary>
    public static DateTime PollAfter(ImageSnapshot s) => s.Now - Interval(s);

    /// <summary>
    /// Tells whether what is known is no longer current: polls have failed for a whole interval after one was due.
    /// </summary>
    public static bool IsStale(ImageSnapshot s) =>
        s.KnownBase is { } known && s.Spec.Triggers.BaseDigest.Enabled && s.Now - known.CheckedAt >= 2 * Interval(s);

    public static bool PollDue(ImageSnapshot s, BuildRequest.Known inputs) => NextPoll(s, inputs) <= s.Now;

    /// <summary>Returns when the base is asked for again (UTC); null when it never is: a digest can't move.</summary>
    public static DateTime? NextPoll(ImageSnapshot s, BuildRequest.Known inputs)
    {
        if (!s.Spec.Triggers.BaseDigest.Enabled || Pinned(s, inputs) is not null)
        {
            return null;
        }

        return Recorded(s, inputs)?.CheckedAt is { } checkedAt ? checkedAt + Interval(s) : s.Now;
    }

    private static TimeSpan Interval(ImageSnapshot s) => s.Spec.Triggers.BaseDigest.Interval.Span;

    /// <summary>
    /// Ignores an answer from the future: it was given by a clock that was wrong, and nobody knows how old it is.
    /// </summary>
    private static KnownBase? Recorded(ImageSnapshot s, BuildRequest.Known inputs) =>
        s.KnownBase is { } known && known.Base == inputs.Base && known.CheckedAt - s.Now <= FreshFor ? known : null;

    private static KnownBase? Pinned(ImageSnapshot s, BuildRequest.Known inputs) =>
        inputs.Base.Reference.Digest is { } digest ? new KnownBase(inputs.Base, digest, s.Now) : null;
}
