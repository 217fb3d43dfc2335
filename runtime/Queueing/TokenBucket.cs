namespace GemmaOperator.Runtime.Queueing;

/// <summary>
/// Lets through <c>burst</c> at once and <c>perSecond</c> after that. Not thread-safe: callers hold a lock.
/// </summary>
internal sealed class TokenBucket(double perSecond, int burst, TimeProvider time)
{
    private double _tokens = burst;
    private long _filledAt = time.GetTimestamp();

    /// <summary>Takes one token, in advance if need be.</summary>
    /// <returns>How long to wait before using it.</returns>
    public TimeSpan Reserve()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(burst, _tokens + (time.GetElapsedTime(_filledAt, now).TotalSeconds * perSecond));
        _filledAt = now;
        _tokens -= 1;
        return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / perSecond);
    }

    /// <summary>Gets whether nothing of it is used.</summary>
    public bool IsFull => _tokens + (time.GetElapsedTime(_filledAt).TotalSeconds * perSecond) >= burst;

    /// <summary>Returns a full one that lets through as many.</summary>
    public TokenBucket Another() => new(perSecond, burst, time);

    /// <summary>Takes a token back that was reserved and not used.</summary>
    public void Return() => _tokens = Math.Min(burst, _tokens + 1);
}
