namespace GemmaOperator.Runtime.Queueing;

/// <summary>Hears what happens in a queue, under its lock: must be quick and must not call back.</summary>
internal interface IQueueObserver
{
    void Added(Lane lane);

    /// <summary>Hears that a waiting key moved to the faster lane.</summary>
    void Promoted();

    /// <summary>Hears that a worker took a key that had waited this long.</summary>
    void Taken(Lane lane, TimeSpan waited);

    void Finished(TimeSpan worked);

    void Retried();
}
