namespace GemmaInference.Fetch.Download;

/// <summary>
/// Bounds the connections at once: a few, and more while the network is what is waited for. Where the processors are
/// what is short, each further one would only make them busier.
/// </summary>
internal sealed class Connections(TimeProvider time) : IDisposable
{
    public const int Most = 8;

    /// <summary>Judges what was seen over at least so long.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _free = new(First(Environment.ProcessorCount));
    private int _count = First(Environment.ProcessorCount);
    private long _since = time.GetTimestamp();
    private TimeSpan _own = Environment.CpuUsage.TotalTime;
    private ProcessorTimes _all = ProcessorTimes.Read();

    /// <summary>Returns how many there are at first: one that stands still must not hold up everything.</summary>
    public static int First(int processors) => Math.Clamp(processors, 2, Most);

    /// <summary>Tells whether one more is likely to help: this process wants no more time, and there is some.</summary>
    /// <param name="own">Processor time of this process.</param>
    /// <param name="elapsed">By the clock.</param>
    /// <param name="processors">How many this process may use.</param>
    /// <param name="idle">The part of the machine's time that nobody used, from 0 to 1.</param>
    public static bool Helps(TimeSpan own, TimeSpan elapsed, int processors, double idle) =>
        own < elapsed * processors / 2 && idle > 0.25;

    public Task EnterAsync(CancellationToken cancellation) => _free.WaitAsync(cancellation);

    public void Leave() => _free.Release(Grows() ? 2 : 1);

    public void Dispose() => _free.Dispose();

    private bool Grows()
    {
        lock (_gate)
        {
            var elapsed = time.GetElapsedTime(_since);
            if (_count == Most || elapsed < Window)
            {
                return false;
            }

            var (own, all) = (Environment.CpuUsage.TotalTime, ProcessorTimes.Read());
            var helps = Helps(own - _own, elapsed, Environment.ProcessorCount, all.IdleSince(_all));
            (_since, _own, _all) = (time.GetTimestamp(), own, all);
            _count += helps ? 1 : 0;
            return helps;
        }
    }
}
