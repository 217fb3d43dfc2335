namespace GemmaOperator.Runtime.Queueing;

/// <summary>
/// Orders keys by the time they become due, on one timer. Entries that were replaced or withdrawn stay until they
/// surface or outnumber the live ones; the owner tells which are live. Not thread-safe: the owner holds a lock.
/// </summary>
internal sealed class DelayHeap<TKey> : IDisposable
    where TKey : notnull
{
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly PriorityQueue<TKey, long> _heap = new();
    private long? _armedFor;

    public DelayHeap(TimeProvider time, Action onDue)
    {
        _time = time;
        _timer = time.CreateTimer(_ => onDue(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count => _heap.Count;

    public void Dispose() => _timer.Dispose();

    public void Add(TKey key, long dueAt)
    {
        _heap.Enqueue(key, dueAt);
        Arm();
    }

    /// <summary>
    /// Removes and returns what is due now, live or not, each with the time under which it was added.
    /// </summary>
    public IEnumerable<(TKey Key, long DueAt)> TakeDue()
    {
        _armedFor = null;
        var now = _time.GetTimestamp();
        while (_heap.TryPeek(out var key, out var dueAt) && dueAt <= now)
        {
            _heap.Dequeue();
            yield return (key, dueAt);
        }

        Arm();
    }

    /// <summary>Drops dead entries.</summary>
    public void Compact(Func<TKey, long, bool> isLive)
    {
        var live = _heap.UnorderedItems.Where(item => isLive(item.Element, item.Priority)).ToList();
        _heap.Clear();
        _heap.EnqueueRange(live);
    }

    private void Arm()
    {
        if (!_heap.TryPeek(out _, out var next) || (_armedFor is { } armed && armed <= next))
        {
            return;
        }

        _armedFor = next;
        var wait = _time.GetElapsedTime(_time.GetTimestamp(), next);
        // A timer counts whole milliseconds: rounding down would fire early, find nothing and be armed again.
        var rounded = TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, uint.MaxValue - 2));
        _timer.Change(rounded, Timeout.InfiniteTimeSpan);
    }
}
