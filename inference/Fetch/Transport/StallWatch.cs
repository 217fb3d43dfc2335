namespace GemmaInference.Fetch.Transport;

/// <summary>Cancels its token when nothing has moved for a while.</summary>
internal sealed class StallWatch : IDisposable
{
    private readonly CancellationTokenSource _stalled;
    private readonly TimeSpan _patience;
    private readonly ITimer _timer;

    public StallWatch(TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        _patience = patience;
        _stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _timer = time.CreateTimer(
            static source => ((CancellationTokenSource)source!).Cancel(),
            _stalled,
            patience,
            Timeout.InfiniteTimeSpan
        );
    }

    public CancellationToken Token => _stalled.Token;

    /// <summary>Notes that something moved.</summary>
    public void Moved() => _timer.Change(_patience, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _timer.Dispose();
        _stalled.Dispose();
    }
}
