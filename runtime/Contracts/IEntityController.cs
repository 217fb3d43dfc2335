using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Contracts;

/// <summary>
/// Moves the world one step towards what an entity asks for. Never runs twice at once for the same entity, may run
/// any number of times for the same state, and must not change the entity it is given: it belongs to the cache.
/// The shape is KubeOps', so that a KubeOps host is a thin adapter.
/// </summary>
public interface IEntityController<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>
    /// Works on an entity that exists and isn't being deleted. A thrown exception counts as <see
    /// cref="ReconciliationResult{TEntity}.Failure"/>, and is logged with its stack unless it is a <see
    /// cref="KubeApiException"/>.
    /// </summary>
    Task<ReconciliationResult<TEntity>> ReconcileAsync(TEntity entity, CancellationToken cancellationToken);

    /// <summary>
    /// Cleans up after an entity that is gone; <paramref name="entity"/> is the last state seen. Called at least once
    /// per process that saw it exist, and not before the last finalizer was taken off; called again while it answers
    /// with a failure. What went away while no process ran is never told: what must be cleaned up even then needs an
    /// owner reference or a search of its own.
    /// </summary>
    Task<ReconciliationResult<TEntity>> DeletedAsync(TEntity entity, CancellationToken cancellationToken);

    /// <summary>
    /// Tells of a <see cref="ReconcileAsync"/> that threw <paramref name="error"/>, or took too long; the key comes
    /// back after its backoff all the same. What this throws is logged.
    /// </summary>
    Task FailedAsync(TEntity entity, Exception error, CancellationToken cancellationToken) => Task.CompletedTask;
}
