namespace GemmaOperator.Runtime.Queueing;

/// <summary>Who waits for the work; a lower value is served first.</summary>
internal enum Lane
{
    /// <summary>Somebody changed something.</summary>
    Change,

    /// <summary>Resyncs and the first list after a start: nobody is waiting.</summary>
    Background,
}
