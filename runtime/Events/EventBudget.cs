using GemmaOperator.Runtime.Queueing;

namespace GemmaOperator.Runtime.Events;

/// <summary>
/// Lets through so many events of each object: who makes one object's state flap makes no flood of events. Thread-safe.
/// </summary>
internal sealed class EventBudget(TimeProvider time)
{
    /// <summary>Bounds events at once: a build with all that can go wrong and its roll-out have some 20.</summary>
    public const int Burst = 60;

    /// <summary>Bounds events in the long run: four a minute.</summary>
    public const double PerSecond = 1 / 15d;

    private readonly Lock _gate = new();
    private readonly RetryBuckets _objects = new(new TokenBucket(PerSecond, Burst, time));

    /// <summary>Takes one event of an object; returns false when it has had its share.</summary>
    public bool TryTake(string uid)
    {
        lock (_gate)
        {
            return _objects.TryTake(uid);
        }
    }
}
