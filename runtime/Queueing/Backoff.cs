namespace GemmaOperator.Runtime.Queueing;

/// <summary>
/// Computes exponential backoff with jitter: <c>first·2^n</c>, at most <c>longest</c>, spread by up to ±20 %.
/// </summary>
internal sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    private const double Spread = 0.2;

    /// <summary>Gets the backoff of one key's failing reconciles: 5 ms to 5 minutes.</summary>
    public static Backoff PerKey { get; } = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromMinutes(5));

    /// <summary>
    /// Gets the backoff of lists and watches: quick at first, since most interruptions are a restarting API server.
    /// </summary>
    public static Backoff Connection { get; } = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(30));

    /// <param name="failures">Failures before this one, 0 for the first.</param>
    /// <param name="random">Uniform in [0, 1).</param>
    public TimeSpan Delay(int failures, double random)
    {
        var plain = Math.Min(First.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 60)), Longest.TotalMilliseconds);
        var spread = plain * (1 - Spread + (2 * Spread * random));
        return TimeSpan.FromMilliseconds(Math.Min(spread, Longest.TotalMilliseconds));
    }
}
