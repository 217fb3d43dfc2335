namespace GemmaOperator.Runtime.Queueing;

/// <summary>Says who waits for the work; a lower value is served first.</summary>
internal enum Lane
{
    /// <summary>Somebody changed something.</summary>
    Change,

    /// <summary>Resyncs and the start of a term: nobody is waiting.</summary>
    Background,
}
