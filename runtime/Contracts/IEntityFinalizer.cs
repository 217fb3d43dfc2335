using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Contracts;

/// <summary>
/// Cleans up before an entity may go. The runtime adds the finalizer's name and removes it after a success.
/// </summary>
internal interface IEntityFinalizer<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>
    /// The entity is marked for deletion; called until it answers with a success that asks for no requeue.
    /// </summary>
    Task<ReconciliationResult<TEntity>> FinalizeAsync(TEntity entity, CancellationToken cancellationToken);
}
