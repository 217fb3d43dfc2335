namespace GemmaOperator.Runtime.Queueing;

/// <summary>
/// Lets retries through, as many of each group as one bucket does: a group whose keys all fail holds up no other's.
/// Not thread-safe: callers hold a lock.
/// </summary>
/// <param name="like">What each group's bucket is like.</param>
internal sealed class RetryBuckets(TokenBucket like)
{
    /// <summary>From here on buckets that are full again are dropped.</summary>
    private const int Many = 256;

    private readonly Dictionary<string, TokenBucket> _buckets = new(StringComparer.Ordinal);

    /// <summary>Gets how many are kept.</summary>
    public int Count => _buckets.Count;

    /// <summary>Takes one token of a group, in advance if need be; returns how long to wait before using it.</summary>
    public TimeSpan Reserve(string group)
    {
        if (!_buckets.TryGetValue(group, out var bucket))
        {
            DropFull();
            _buckets.Add(group, bucket = like.Another());
        }

        return bucket.Reserve();
    }

    private void DropFull()
    {
        if (_buckets.Count < Many)
        {
            return;
        }

        foreach (var group in _buckets.Where(b => b.Value.IsFull).Select(b => b.Key).ToList())
        {
            _buckets.Remove(group);
        }
    }
}
