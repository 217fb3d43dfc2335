using GemmaOperator.Runtime.Caching;

namespace Operator.Tests.Trials.Months.World;

/// <summary>Hides the kind of a feed.</summary>
internal interface ISimFeed : IInformer
{
    DateTime? Due { get; }

    void List();

    void Take();
}
