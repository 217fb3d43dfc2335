namespace GemmaOperator.Runtime.Control;

/// <summary>Says how one controller works.</summary>
public sealed record ControllerOptions
{
    /// <summary>Gets the number of reconciles at the same time.</summary>
    public int Workers { get; init; } = 8;

    /// <summary>
    /// Gets how many workers the objects of one namespace may have at once, so that others find one when all of that
    /// namespace wait for something; null: all.
    /// </summary>
    public int? MostOfOneNamespace { get; init; }

    /// <summary>Gets the time after which a reconcile is cancelled.</summary>
    public TimeSpan ReconcileTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Gets how often every object is looked at though nothing changed, in the background lane; spread by ±10 %.
    /// </summary>
    public TimeSpan ResyncPeriod { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Gets how long a key waits at most for the caches to see its last reconcile's writes.</summary>
    public TimeSpan ReadYourWritesBound { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Gets how many passes a key may ask for at once, one after another, before it has to wait for a backoff of its
    /// own. A handful of steps follow each other without waiting for the world; more of them are a loop.
    /// </summary>
    public int PassesInARow { get; init; } = 16;

    /// <summary>
    /// Gets the passes of one key, per second, after a burst of <see cref="PassBurst"/>, whatever asks for them: who
    /// touches an object ten times a second keeps no worker busy with it.
    /// </summary>
    public double PassesPerSecond { get; init; } = 2;

    /// <summary>Gets how many passes of one key go through at once.</summary>
    public int PassBurst { get; init; } = 60;

    /// <summary>
    /// Gets the retries of one namespace's keys, per second, after a burst of <see cref="RetryBurst"/>.
    /// </summary>
    public double RetriesPerSecond { get; init; } = 10;

    /// <summary>Gets how many retries go through at once.</summary>
    public int RetryBurst { get; init; } = 100;
}
