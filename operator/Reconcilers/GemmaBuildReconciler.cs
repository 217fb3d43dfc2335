using GemmaOperator.Api;
using GemmaOperator.Plan;
using GemmaOperator.Runtime;

namespace GemmaOperator.Reconcilers;

/// <summary>Takes one GemmaBuild from its inputs to a published image, a step at a time.</summary>
internal sealed class GemmaBuildReconciler(
    BuildGatherer gatherer, BuildEffects effects, StatusWriter status, Announcer announcer)
    : IEntityController<GemmaBuild>
{
    public async Task<ReconciliationResult<GemmaBuild>> ReconcileAsync(GemmaBuild entity, CancellationToken cancellationToken)
    {
        var snapshot = gatherer.Gather(entity);
        var decision = BuildPlanner.Decide(snapshot);
        var outcome = await effects.CarryOutAsync(snapshot, decision, cancellationToken);
        var after = BuildStatusFold.Fold(snapshot, decision, outcome);
        await status.WriteAsync(entity, after, cancellationToken);
        await announcer.AnnounceAsync(entity, BuildEvents.Of(snapshot, decision, outcome), cancellationToken);
        return NextLook.For(snapshot, decision, outcome);
    }

    /// <summary>Jobs and their context go by owner references.</summary>
    public Task<ReconciliationResult<GemmaBuild>> DeletedAsync(GemmaBuild entity, CancellationToken cancellationToken) =>
        Task.FromResult(ReconciliationResult<GemmaBuild>.Success(entity));
}
