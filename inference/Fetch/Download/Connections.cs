namespace GemmaInference.Fetch.Download;

/// <summary>
/// Bounds the connections at once: a few, and more while the network is what is waited for. Where the processors are
/// what is short, each further one would only make them busier.
/// </summary>
internal sealed class Connections(TimeProvider time)
{
    public const int Most = 8;

    /// <summary>Judges what was seen over at least so long.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _free = new(First(Environment.ProcessorCount));
    private int _count = First(Environment.ProcessorCount);
    private long _since = time.GetTimestamp();
    private TimeSpan _busy = Environment.CpuUsage.TotalTime;

    /// <summary>Returns how many there are at first: one that stands still must not hold up everything.</summary>
    public static int First(int processors) => Math.Clamp(processors, 2, Most);

    /// <summary>Tells whether one more is likely to help: the processors were idle for half of the time.</summary>
    public static bool Helps(TimeSpan busy, TimeSpan elapsed, int processors) => busy < elapsed * processors / 2;

    public Task EnterAsync(CancellationToken cancellation) => _free.WaitAsync(cancellation);

    public void Leave() => _free.Release(Grows() ? 2 : 1);

    private bool Grows()
    {
        lock (_gate)
        {
            var elapsed = time.GetElapsedTime(_since);
            if (_count == Most || elapsed < Window)
            {
                return false;
            }

            var now = Environment.CpuUsage.TotalTime;
            var helps = Helps(now - _busy, elapsed, Environment.ProcessorCount);
            (_since, _busy) = (time.GetTimestamp(), now);
            _count += helps ? 1 : 0;
            return helps;
        }
    }
}
