namespace GemmaOperator.Runtime.Queueing;

/// <summary>Told what happens in a queue, under its lock: must be quick and must not call back.</summary>
internal interface IQueueObserver
{
    void Added(Lane lane);

    /// <summary>A waiting key moved to the faster lane.</summary>
    void Promoted();

    /// <summary>A worker took a key that had waited this long.</summary>
    void Taken(Lane lane, TimeSpan waited);

    void Finished(TimeSpan worked);

    void Retried();
}
