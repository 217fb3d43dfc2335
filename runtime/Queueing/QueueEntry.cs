namespace GemmaOperator.Runtime.Queueing;

/// <summary>What the queue knows of one key. Timestamps are the time provider's.</summary>
internal sealed class QueueEntry
{
    /// <summary>Lane in which the key waits for a worker; null when it doesn't.</summary>
    public Lane? WaitingIn { get; set; }

    public long WaitingSince { get; set; }

    public bool IsProcessing { get; set; }

    public long ProcessingSince { get; set; }

    /// <summary>Something happened while a worker had the key: it goes to this lane when the worker is done.</summary>
    public Lane? DirtyFor { get; set; }

    /// <summary>When the key becomes due by itself; null when it doesn't.</summary>
    public long? DueAt { get; set; }

    public Lane DueFor { get; set; }

    /// <summary>Failures in a row.</summary>
    public int Failures { get; set; }

    /// <summary>Passes in a row that asked for another at once.</summary>
    public int Passes { get; set; }

    public bool IsIdle => WaitingIn is null && !IsProcessing && DirtyFor is null && DueAt is null && Failures == 0;
}
