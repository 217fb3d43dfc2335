using System.Threading.RateLimiting;
using GemmaInference.Engine;

namespace GemmaInference.Api.Requests;

/// <summary>
/// Bounds memory: of large bodies only so many bytes are held, and one is parsed and tokenised at a time, however many
/// come at once. Small ones pass by.
/// </summary>
internal sealed class LargeBodies(EngineMetrics metrics) : IDisposable
{
    /// <summary>Bounds small bodies, in bytes: tokenising one takes less than 20 MB.</summary>
    public const int SmallBytes = 256 << 10;

    /// <summary>Bounds the bytes of large bodies that are held together.</summary>
    public const long MaxHeldBytes = 64 << 20;

    private readonly ConcurrencyLimiter _turn = new(new() { PermitLimit = 1, QueueLimit = int.MaxValue });
    private long _held;

    /// <summary>Bounds how many wait for their turn.</summary>
    public long Waiting => _turn.GetStatistics()!.CurrentQueuedCount;

    /// <summary>Accounts for one body, from its first byte until its text is let go.</summary>
    public Place Open() => new(this);

    public void Dispose() => _turn.Dispose();

    private void CountRefusal() => metrics.Rejected();

    internal sealed class Place(LargeBodies all) : IDisposable
    {
        private int _bytes;
        private long _held;
        private RateLimitLease? _turn;

        /// <summary>Takes bytes in; false where too many are held already.</summary>
        public bool TryHold(int bytes)
        {
            _bytes += bytes;
            if (_bytes <= SmallBytes)
            {
                return true;
            }

            _held += bytes;
            if (Interlocked.Add(ref all._held, bytes) <= MaxHeldBytes)
            {
                return true;
            }

            all.CountRefusal();
            return false;
        }

        /// <summary>Waits until no other large body is worked on.</summary>
        public async Task TurnAsync(CancellationToken cancellation)
        {
            if (_bytes > SmallBytes)
            {
                _turn = await all._turn.AcquireAsync(1, cancellation);
            }
        }

        public void Dispose()
        {
            Interlocked.Add(ref all._held, -_held);
            _turn?.Dispose();
        }
    }
}
