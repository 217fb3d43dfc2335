using GemmaOperator.Runtime.Contracts;

namespace Operator.Tests.Trials.Months.World;

/// <summary>Hides the kind of a controller.</summary>
internal interface ISimController
{
    /// <summary>Gets when it has something to do next (UTC); null while it has nothing.</summary>
    DateTime? Due { get; }

    /// <summary>Asks for all that there is, as a term's begin does.</summary>
    void AddAll();

    /// <summary>Notes that a cache has taken over a change.</summary>
    void Progressed(Type kind, ObjectKey written);

    /// <summary>Returns a key that is due and needn't wait for its own writes; null when there is none.</summary>
    ObjectKey? Take();

    /// <summary>Reconciles what was taken.</summary>
    Task RunAsync(ObjectKey key);
}
