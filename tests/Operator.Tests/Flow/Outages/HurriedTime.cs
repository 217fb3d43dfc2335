using System.Diagnostics;

namespace Operator.Tests.Flow.Outages;

/// <summary>
/// The machine's clock and timers, so many times as fast: what takes half a minute takes a few seconds.
/// </summary>
internal sealed class HurriedTime(int times) : TimeProvider
{
    private readonly DateTimeOffset _began = System.GetUtcNow();
    private readonly long _from = Stopwatch.GetTimestamp();

    public override long TimestampFrequency => Stopwatch.Frequency;

    public override DateTimeOffset GetUtcNow() => _began + GetElapsedTime(_from, GetTimestamp());

    public override long GetTimestamp() => _from + ((Stopwatch.GetTimestamp() - _from) * times);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Hurried(System.CreateTimer(callback, state, Shorten(dueTime), Shorten(period)), this);

    private TimeSpan Shorten(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / times;

    private sealed class Hurried(ITimer timer, HurriedTime time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) =>
            timer.Change(time.Shorten(dueTime), time.Shorten(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
