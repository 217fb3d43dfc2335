using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Client;

/// <summary>Hears what was written, so that the writer's next reconcile can wait for its cache to catch up.</summary>
internal interface IWriteLog
{
    void Wrote<T>(T result)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    void Deleted<T>(ObjectKey key)
        where T : class, IKubernetesObject<V1ObjectMeta>;
}
