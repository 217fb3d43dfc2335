namespace Operator.Tests.Runtime;

/// <summary>
/// A clock on the wall that somebody sets, beside a monotonic one that goes on as before, as in every machine.
/// </summary>
internal sealed class JumpingClock(TimeProvider steady) : TimeProvider
{
    public TimeSpan Off { get; set; }

    public override long TimestampFrequency => steady.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => steady.GetUtcNow() + Off;

    public override long GetTimestamp() => steady.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        steady.CreateTimer(callback, state, dueTime, period);
}
