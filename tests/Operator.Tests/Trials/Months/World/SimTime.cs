namespace Operator.Tests.Trials.Months.World;

/// <summary>
/// The one clock of a simulated world, and the operator's, which may be set wrong. It stands still while code runs;
/// when all that runs waits, <see cref="SimLoop"/> lets it go on to the next timer.
/// </summary>
/// <param name="start">Where it begins (UTC); null for a day in November 2026.</param>
internal sealed class SimTime(DateTime? start = null) : TimeProvider
{
    private readonly PriorityQueue<SimTimer, (long Due, long Number)> _timers = new();
    private long _number;

    /// <summary>Gets the true time (UTC).</summary>
    public DateTime Now { get; private set; } = start ?? new(2026, 11, 2, 8, 0, 0, DateTimeKind.Utc);

    /// <summary>Gets or sets by how much the operator's clock is wrong.</summary>
    public TimeSpan Off { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Now + Off);

    public override long GetTimestamp() => Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Goes on to a time; never back.</summary>
    public void GoOn(DateTime until) => Now = until > Now ? until : Now;

    /// <summary>Goes on to the next timer and lets it ring; returns whether there was one.</summary>
    public bool Ring()
    {
        while (_timers.TryDequeue(out var timer, out var at))
        {
            if (timer.Takes(at.Number))
            {
                GoOn(new DateTime(at.Due, DateTimeKind.Utc));
                timer.Ring();
                return true;
            }
        }

        return false;
    }

    private long Add(SimTimer timer, TimeSpan after)
    {
        _timers.Enqueue(timer, ((Now + after).Ticks, ++_number));
        return _number;
    }

    private sealed class SimTimer(SimTime time, Action ring) : ITimer
    {
        private long _number;
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        /// <summary>Tells whether it still waits for what it was set to.</summary>
        public bool Takes(long number) => _number == number;

        public void Ring()
        {
            _number = 0;
            if (_period > TimeSpan.Zero)
            {
                Change(_period, _period);
            }

            ring();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            _number = dueTime == Timeout.InfiniteTimeSpan ? 0 : time.Add(this, dueTime);
            return true;
        }

        public void Dispose() => _number = 0;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
