namespace GemmaInference.Fetch.Transport;

/// <summary>Cancels its token when nothing has moved for a while.</summary>
internal sealed class StallWatch : IDisposable
{
    private readonly CancellationTokenSource _stalled;
    private readonly TimeSpan _patience;
    private readonly ITimer _timer;
    private readonly Lock _end = new();
    private bool _isOver;

    public StallWatch(TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        _patience = patience;
        _stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _timer = time.CreateTimer(
            static watch => ((StallWatch)watch!).Stall(),
            this,
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
        lock (_end)
        {
            _isOver = true;
            _stalled.Dispose();
        }
    }

    /// <summary>Cancels, unless the watch has ended: a timer that is disposed may be firing.</summary>
    private void Stall()
    {
        lock (_end)
        {
            if (!_isOver)
            {
                _stalled.Cancel();
            }
        }
    }
}
