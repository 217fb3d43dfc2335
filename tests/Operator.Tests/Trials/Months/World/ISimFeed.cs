using GemmaOperator.Runtime.Caching;

namespace Operator.Tests.Trials.Months.World;

/// <summary>Hides the kind of a feed.</summary>
internal interface ISimFeed : IInformer
{
    /// <summary>Gets when the next line arrives (UTC); null while there is none.</summary>
    DateTime? Due { get; }

    /// <summary>Lists: what happened in between is never told.</summary>
    void List();

    /// <summary>Takes the next line.</summary>
    void Take();
}
