namespace Operator.Tests.Flow;

/// <summary>
/// The machine's clock, put ahead: what a pause of a minute waits for is there at once, and timers stay true.
/// </summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);
}
