using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Keeps one GemmaBaseImage fresh and served: gather, decide, carry out, write status.</summary>
internal sealed class GemmaBaseImageReconciler(
    ImageGatherer gatherer,
    ImageEffects effects,
    StatusWriter status,
    EventPublisher announcer
) : IEntityController<GemmaBaseImage>
{
    public async Task<ReconciliationResult<GemmaBaseImage>> ReconcileAsync(
        GemmaBaseImage entity,
        CancellationToken cancellationToken
    )
    {
        var snapshot = await gatherer.GatherAsync(entity, cancellationToken);
        var decision = ImagePlanner.Decide(snapshot);
        var rollout = RolloutPlanner.Decide(snapshot);
        var outcome = await effects.CarryOutAsync(snapshot, decision, rollout, cancellationToken);
        var after = ImageStatusFold.Fold(snapshot, decision, rollout, outcome);
        await status.WriteAsync(entity, after, cancellationToken);
        announcer.Announce(entity, ImageEvents.Between(snapshot.Status, after, outcome));
        return ImageRequeuePolicy.For(snapshot, decision, rollout, outcome);
    }

    /// <summary>Children go by their owner references, images stay in the registry: nothing is left to do.</summary>
    public Task<ReconciliationResult<GemmaBaseImage>> DeletedAsync(
        GemmaBaseImage entity,
        CancellationToken cancellationToken
    ) => Task.FromResult(ReconciliationResult<GemmaBaseImage>.Success(entity));
}
