namespace GemmaOperator.Runtime.Control;

/// <summary>How one controller works.</summary>
internal sealed record ControllerOptions
{
    /// <summary>Reconciles at the same time.</summary>
    public int Workers { get; init; } = 8;

    /// <summary>A reconcile is cancelled after this.</summary>
    public TimeSpan ReconcileTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Every object is looked at this often though nothing changed, in the background lane.</summary>
    public TimeSpan ResyncPeriod { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a key waits for the caches to see its last reconcile's writes.</summary>
    public TimeSpan ReadYourWritesBound { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Passes that a key may ask for at once, one after another, before it has to wait for a backoff of its own. A
    /// handful of steps follow each other without waiting for the world; more of them are a loop.
    /// </summary>
    public int PassesInARow { get; init; } = 16;

    /// <summary>Retries of all keys together, per second, after a burst of <see cref="RetryBurst"/>.</summary>
    public double RetriesPerSecond { get; init; } = 10;

    public int RetryBurst { get; init; } = 100;
}
