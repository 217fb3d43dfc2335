using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Control;

/// <summary>Decides which of a controller's methods a key needs, and calls it.</summary>
internal sealed class Reconciler<TEntity>(
    IEntityController<TEntity> controller,
    IIndexer<TEntity> cache,
    Tombstones<TEntity> tombstones,
    Finalizers<TEntity> finalizers
)
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Null when there was nothing to do.</summary>
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

        return cache.Get(key.Namespace, key.Name) switch
        {
            null => result,
            { Metadata.DeletionTimestamp: not null } dying => await finalizers.RunAsync(dying, cancellationToken),
            { } entity => await controller.ReconcileAsync(
                await finalizers.AttachAsync(entity, cancellationToken),
                cancellationToken
            ),
        };
    }
}
