using GemmaOperator.Api.Words;
using k8s.Models;

namespace GemmaOperator.Cluster.Faults;

/// <summary>
/// Gives the pause before what the API server refused is tried again: as long as it has been refused, 15 s at least and
/// 5 minutes at most, spread by object so that a fleet that one policy binds doesn't ask at once.
/// </summary>
internal static class RefusalPause
{
    private const double Spread = 0.2;

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    /// <param name="conditions">As they are now, which keep since when it is refused.</param>
    /// <param name="uid">The object's.</param>
    /// <param name="now">The time (UTC).</param>
    public static TimeSpan Of(IReadOnlyList<V1Condition> conditions, string uid, DateTime now)
    {
        var since = conditions
            .Where(c => c.Reason is ImageReason.Stalled.ObjectRefused or ImageReason.Fresh.RefreshFailed)
            .Select(c => (DateTime?)c.LastTransitionTime)
            .Min();
        var pause = TimeSpan.FromTicks(Math.Clamp((now - (since ?? now)).Ticks, Least.Ticks, Most.Ticks));
        return pause * (1 - Spread + (2 * Spread * Fraction(uid)));
    }

    /// <summary>Returns the same number in [0, 1) for the same uid, in every process.</summary>
    private static double Fraction(string uid) =>
        uid.Aggregate(17u, (hash, c) => unchecked((hash * 31) + c)) / (uint.MaxValue + 1.0);
}
