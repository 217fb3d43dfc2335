using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.Builds;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Notifications;
using GemmaOperator.Runtime.Contracts;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Keeps one GemmaBaseImage fresh and served: gather, decide, carry out, write status.</summary>
internal sealed class GemmaBaseImageReconciler(
    ImageGatherer gatherer,
    ImageEffects effects,
    PlanReader plans,
    StatusWriter status,
    NotificationDesk desk,
    EventPublisher announcer,
    FaultReport faults,
    ILogger logger
) : IEntityController<GemmaBaseImage>
{
    public async Task<ReconciliationResult<GemmaBaseImage>> ReconcileAsync(
        GemmaBaseImage entity,
        CancellationToken cancellationToken
    )
    {
        var snapshot = await gatherer.GatherAsync(entity, cancellationToken) with
        {
            Deliveries = desk.ResultsOf(entity.Metadata.Uid),
        };
        var plan = ImagePlan.Decide(snapshot);
        RuleTrace.Write(logger, entity, plan);
        var (decision, rollout) = (plan.Freshness.Decision, plan.Rollout.Decision);
        if (await effects.CarryOutAsync(snapshot, plan, cancellationToken) is not { } carriedOut)
        {
            // The watch tells the rest.
            return ReconciliationResult<GemmaBaseImage>.Success(entity);
        }

        var outcome = carriedOut with
        {
            Plan = await plans.ReadAsync(entity, cancellationToken),
            TemplateLost = ProvenTemplate.Loss(snapshot),
        };
        var folded = ImageStatusFold.Fold(snapshot, decision, rollout, outcome);
        var kept = await effects.KeepAsync(snapshot, folded, cancellationToken);
        var after = kept.After;
        outcome = outcome with { TemplateNotKept = kept.Refused };
        var isOvertaken = await status.WriteAsync(kept.Over(outcome.Left ?? entity), after, cancellationToken);
        if (!isOvertaken)
        {
            desk.Offer(snapshot.Image, after.Notifications);
            BuildTrace.RolledOut(snapshot.Image, after, snapshot.Builds, snapshot.Now);
        }

        announcer.Announce(entity, ImageEvents.Between(snapshot.Status, after, outcome));
        announcer.Announce(entity, OwnerNews.Between(snapshot, after));
        var result = ImageRequeuePolicy.Decide(snapshot, decision, rollout, outcome, after);
        return isOvertaken && result.IsSuccess ? ReconciliationResult<GemmaBaseImage>.Again(entity) : result;
    }

    /// <inheritdoc/>
    public async Task FailedAsync(GemmaBaseImage entity, Exception error, CancellationToken cancellationToken)
    {
        var effective = await gatherer.EffectiveAsync(entity, cancellationToken);
        await faults.TellAsync(effective ?? entity, error, cancellationToken);
        if (effective is not null)
        {
            desk.Offer(effective, entity.Status?.Notifications);
        }
    }

    /// <summary>
    /// Tells of what stays, and does nothing more: owner references take the children away, if they are to go, and
    /// images stay in the registry.
    /// </summary>
    public Task<ReconciliationResult<GemmaBaseImage>> DeletedAsync(
        GemmaBaseImage entity,
        CancellationToken cancellationToken
    )
    {
        announcer.Announce(entity, OwnerNews.OfDeleted(entity));
        status.Forget(entity);
        desk.Forget(entity.Metadata.Uid);
        return Task.FromResult(ReconciliationResult<GemmaBaseImage>.Success(entity));
    }
}
