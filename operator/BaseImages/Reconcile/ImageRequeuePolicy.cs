using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Serving.Workloads;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Decides when a reconcile of a GemmaBaseImage is followed by another though nothing changed.</summary>
internal static class ImageRequeuePolicy
{
    /// <summary>
    /// What isn't watched (a reference in a registry, somebody else's Deployment) may change: asked
    /// again, but not in a storm.
    /// </summary>
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMinutes(5);

    public static ReconciliationResult<GemmaBaseImage> For(
        ImageSnapshot s,
        ImageDecision decision,
        RolloutDecision rollout,
        ImageOutcome outcome
    ) =>
        (decision, outcome.Base) switch
        {
            (_, BaseResolution.Unavailable { RetryAt: { } retry } held) => ReconciliationResult<GemmaBaseImage>.Failure(
                s.Image,
                held.Message,
                requeueAfter: NotBefore(retry - s.Now)
            ),
            (_, BaseResolution.Unavailable down) => ReconciliationResult<GemmaBaseImage>.Failure(s.Image, down.Message),
            _ when outcome.BuildConflict is { } conflict => ReconciliationResult<GemmaBaseImage>.Failure(
                s.Image,
                conflict
            ),
            _ when outcome.JobBlocked is { } taken => NotAfter(s, Earliest(decision, rollout), taken.LookAgainAfter),
            _ when outcome.JobRefused is not null => NotAfter(s, Earliest(decision, rollout), AfterRefusal),
            _ when outcome.WorkloadConflict is not null => ReconciliationResult<GemmaBaseImage>.Success(
                s.Image,
                AfterRefusal
            ),
            (_, BaseResolution.Refused) => ReconciliationResult<GemmaBaseImage>.Success(s.Image, AfterRefusal),
            _ when Earliest(decision, rollout, ServedPodEventsPolicy.NextLook(s.Workload, s.Now)) is { } until => At(
                s,
                until
            ),
            _ => ReconciliationResult<GemmaBaseImage>.Success(s.Image),
        };

    private static DateTime? Earliest(ImageDecision decision, RolloutDecision rollout, DateTime? silence = null) =>
        new[]
        {
            decision switch
            {
                ImageDecision.Wait wait => wait.Until,
                ImageDecision.Settled settled => settled.Until,
                _ => null,
            },
            rollout.NextLook,
            silence,
        }.Min();

    private static ReconciliationResult<GemmaBaseImage> NotAfter(ImageSnapshot s, DateTime? wanted, TimeSpan latest) =>
        At(s, wanted is { } sooner && sooner < s.Now + latest ? sooner : s.Now + latest);

    private static ReconciliationResult<GemmaBaseImage> At(ImageSnapshot s, DateTime until) =>
        ReconciliationResult<GemmaBaseImage>.Success(s.Image, NotBefore(until - s.Now));

    /// <summary>
    /// Clocks are read in whole seconds in places: a look a moment early would find nothing due and spin.
    /// </summary>
    private static TimeSpan NotBefore(TimeSpan wait) => wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait;
}
