namespace GemmaOperator.Runtime.Queueing;

/// <summary>
/// Lets retries through, as many of each group as one bucket does: a group whose keys all fail holds up no other's.
/// Buckets that are full again are forgotten.
/// Not thread-safe: callers hold a lock.
/// </summary>
/// <param name="like">What each group's bucket is like.</param>
internal sealed class RetryBuckets(TokenBucket like)
{
    /// <summary>From here on buckets that are full again are dropped.</summary>
    private const int Many = 256;

    private readonly Dictionary<string, TokenBucket> _buckets = new(StringComparer.Ordinal);
    private int _dropAt = Many;

    /// <summary>Gets how many are kept.</summary>
    public int Count => _buckets.Count;

    /// <summary>Takes one token of a group, in advance if need be; returns how long to wait before using it.</summary>
    public TimeSpan Reserve(string group) => Of(group).Reserve();

    /// <summary>Takes one token of a group if it has one; returns how long there is none, or zero.</summary>
    public TimeSpan Wait(string group)
    {
        var bucket = Of(group);
        var wait = bucket.Reserve();
        if (wait > TimeSpan.Zero)
        {
            bucket.Return();
        }

        return wait;
    }

    /// <summary>Takes one token of a group; returns false when it has none.</summary>
    public bool TryTake(string group) => Wait(group) == TimeSpan.Zero;

    private TokenBucket Of(string group)
    {
        if (!_buckets.TryGetValue(group, out var bucket))
        {
            DropFull();
            _buckets.Add(group, bucket = like.Another());
        }

        return bucket;
    }

    /// <summary>Looks at all, so that it does so only when there are twice as many as the last time.</summary>
    private void DropFull()
    {
        if (_buckets.Count < _dropAt)
        {
            return;
        }

        foreach (var group in _buckets.Where(b => b.Value.IsFull).Select(b => b.Key).ToList())
        {
            _buckets.Remove(group);
        }

        _dropAt = Math.Max(Many, 2 * _buckets.Count);
    }
}
