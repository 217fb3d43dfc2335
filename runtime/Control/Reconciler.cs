using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Control;

/// <summary>Decides which of a controller's methods a key needs, and calls it.</summary>
internal sealed class Reconciler<TEntity>(
    IEntityController<TEntity> controller,
    IIndexer<TEntity> cache,
    Tombstones<TEntity> tombstones
)
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Runs what the key needs; returns null when there was nothing to do.</summary>
    public async Task<ReconciliationResult<TEntity>?> RunAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        ReconciliationResult<TEntity>? result = null;
        foreach (var gone in tombstones.Of(key))
        {
            result = await controller.DeletedAsync(gone, cancellationToken);
            if (result.Outcome == ReconciliationOutcome.Failure)
            {
                return result;
            }

            tombstones.Remove(key, gone);
        }

        // One that is being deleted is left to those who hold finalizers on it.
        return cache.Get(key.Namespace, key.Name) is { Metadata.DeletionTimestamp: null } entity
            ? await controller.ReconcileAsync(entity, cancellationToken)
            : result;
    }

    /// <summary>Tells the controller of a reconcile that threw, if its object is still there.</summary>
    public Task TellAsync(ObjectKey key, Exception error, CancellationToken cancellationToken) =>
        cache.Get(key.Namespace, key.Name) is { Metadata.DeletionTimestamp: null } entity
            ? controller.FailedAsync(entity, error, cancellationToken)
            : Task.CompletedTask;
}
