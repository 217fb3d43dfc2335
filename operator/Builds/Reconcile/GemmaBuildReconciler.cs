using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Queue;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Cluster;
using GemmaOperator.Metrics;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Builds.Reconcile;

/// <summary>Takes one GemmaBuild from its inputs to a published image, a step at a time.</summary>
internal sealed class GemmaBuildReconciler(
    BuildGatherer gatherer,
    BuildSlots slots,
    BuildEffects effects,
    StatusWriter status,
    EventPublisher announcer,
    FleetMetrics metrics
) : IEntityController<GemmaBuild>
{
    public async Task<ReconciliationResult<GemmaBuild>> ReconcileAsync(
        GemmaBuild entity,
        CancellationToken cancellationToken
    )
    {
        var snapshot = await gatherer.GatherAsync(entity, cancellationToken);
        var decision = slots.Admit(entity, BuildPlanner.Decide(snapshot));
        var outcome = await CarryOutAsync(snapshot, decision, cancellationToken);
        var after = BuildStatusFold.Fold(snapshot, decision, outcome);
        await status.WriteAsync(entity, after, cancellationToken);
        if (entity.Status?.CompletionTime is null && after.CompletionTime is not null)
        {
            metrics.Ended(entity, after);
        }

        announcer.Announce(entity, BuildEvents.Of(snapshot, decision, outcome));
        return BuildRequeuePolicy.For(snapshot, decision, outcome);
    }

    /// <summary>Jobs and their context go by owner references.</summary>
    public Task<ReconciliationResult<GemmaBuild>> DeletedAsync(GemmaBuild entity, CancellationToken cancellationToken)
    {
        slots.Release(entity);
        return Task.FromResult(ReconciliationResult<GemmaBuild>.Success(entity));
    }

    /// <summary>A slot that came to no Job goes to others meanwhile; one whose image is pushed has served.</summary>
    private async Task<BuildOutcome> CarryOutAsync(
        BuildSnapshot snapshot,
        BuildDecision decision,
        CancellationToken cancellationToken
    )
    {
        BuildOutcome? outcome = null;
        try
        {
            return outcome = await effects.CarryOutAsync(snapshot, decision, cancellationToken);
        }
        finally
        {
            if (
                (decision, outcome)
                is
                    (BuildDecision.StartJob, not BuildOutcome.JobStarted)
                    or
                    (_, BuildOutcome.PushConfirmed)
            )
            {
                slots.Release(snapshot.Build);
            }
        }
    }
}
