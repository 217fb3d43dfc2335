using System.Threading.RateLimiting;
using GemmaInference.Engine;

namespace GemmaInference.Api;

/// <summary>
/// Large bodies are parsed and tokenised one at a time, a few wait, more are refused: what they take is bounded however many
/// come at once. Small ones pass by.
/// </summary>
internal sealed class LargeBodies(EngineMetrics metrics) : IDisposable
{
    /// <summary>Bytes up to which a body is small: tokenising it takes less than 20 MB.</summary>
    public const int SmallBytes = 256 << 10;

    /// <summary>How many may wait; each holds its body.</summary>
    public const int MaxWaiting = 8;

    private readonly ConcurrencyLimiter _limiter = new(new() { PermitLimit = 1, QueueLimit = MaxWaiting });

    public long Waiting => _limiter.GetStatistics()!.CurrentQueuedCount;

    /// <returns>What to dispose when the body is done with; null for a small one.</returns>
    /// <exception cref="ApiException">Too many wait already.</exception>
    public async Task<IDisposable?> EnterAsync(int bytes, CancellationToken cancellation)
    {
        if (bytes <= SmallBytes) return null;
        var lease = await _limiter.AcquireAsync(1, cancellation);
        if (lease.IsAcquired) return lease;
        lease.Dispose();
        metrics.Rejected();
        throw ApiException.QueueFull($"{MaxWaiting} bodies above {SmallBytes} bytes wait already");
    }

    public void Dispose() => _limiter.Dispose();
}
