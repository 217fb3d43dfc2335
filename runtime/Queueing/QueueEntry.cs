namespace GemmaOperator.Runtime.Queueing;

/// <summary>Holds what the queue knows of one key. Timestamps are the time provider's.</summary>
internal sealed class QueueEntry
{
    /// <summary>Gets the lane in which the key waits for a worker; null when it doesn't.</summary>
    public Lane? WaitingIn { get; set; }

    public long WaitingSince { get; set; }

    public bool IsProcessing { get; set; }

    public long ProcessingSince { get; set; }

    /// <summary>
    /// Gets where the key goes when the worker is done, since something happened while it was held; null: nothing did.
    /// </summary>
    public Lane? DirtyFor { get; set; }

    /// <summary>Gets when the key becomes due by itself; null when it doesn't.</summary>
    public long? DueAt { get; set; }

    public Lane DueFor { get; set; }

    /// <summary>Gets the failures in a row.</summary>
    public int Failures { get; set; }

    /// <summary>Gets the passes in a row that asked for another at once.</summary>
    public int Passes { get; set; }

    public bool IsIdle => WaitingIn is null && !IsProcessing && DirtyFor is null && DueAt is null && Failures == 0;
}
