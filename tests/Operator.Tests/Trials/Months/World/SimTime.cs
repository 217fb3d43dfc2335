namespace Operator.Tests.Trials.Months.World;

/// <summary>
/// The one clock of a simulated world, and the operator's, which may be set wrong. Pauses between the retries of one
/// request end at once; deadlines never pass, for no simulated time goes by while code runs.
/// </summary>
internal sealed class SimTime : TimeProvider
{
    /// <summary>Gets the true time (UTC).</summary>
    public DateTime Now { get; private set; } = new(2026, 11, 2, 8, 0, 0, DateTimeKind.Utc);

    /// <summary>Gets or sets by how much the operator's clock is wrong.</summary>
    public TimeSpan Off { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Now + Off);

    public override long GetTimestamp() => Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(
            callback,
            state,
            state?.GetType().Name.StartsWith("DelayPromise", StringComparison.Ordinal) == true
                ? TimeSpan.Zero
                : Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );

    /// <summary>Goes on to a time; never back.</summary>
    public void GoOn(DateTime until) => Now = until > Now ? until : Now;
}
