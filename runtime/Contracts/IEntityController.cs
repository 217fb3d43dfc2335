using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Contracts;

/// <summary>
/// Moves the world one step towards what an entity asks for. Never runs twice at once for the same entity, may run
/// any number of times for the same state, and must not change the entity it is given: it belongs to the cache.
/// The shape is KubeOps', so that a KubeOps host is a thin adapter.
/// </summary>
internal interface IEntityController<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>
    /// The entity exists and isn't being deleted. A thrown exception counts as
    /// <see cref="ReconciliationResult{TEntity}.Failure"/>.
    /// </summary>
    Task<ReconciliationResult<TEntity>> ReconcileAsync(TEntity entity, CancellationToken cancellationToken);

    /// <summary>
    /// The entity is gone; <paramref name="entity"/> is the last state seen. Told at least once per process that saw it
    /// exist, and not before the last finalizer was taken off. What went away while no process ran is never told: what must
    /// be cleaned up even then needs an owner reference or a search of its own.
    /// </summary>
    Task<ReconciliationResult<TEntity>> DeletedAsync(TEntity entity, CancellationToken cancellationToken);
}
