using k8s;
using k8s.Models;

namespace Operator.Tests.Trials.Months.World;

/// <summary>Makes what fills the caches of one life of the operator.</summary>
internal sealed class SimFeeds(SimStore store, Dice dice, FaultPlan plan)
{
    public SimFeed<T> Of<T>()
        where T : class, IKubernetesObject<V1ObjectMeta> => new(store, dice, plan);
}
