using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Serving.Workloads;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>When a reconcile is followed by another though nothing changed.</summary>
internal static class RequeuePolicy
{
    /// <summary>What isn't watched (a reference in a registry, somebody else's Deployment) may change: asked again, but not in a storm.</summary>
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMinutes(5);

    /// <summary>Who has a name that one of ours is to have isn't always watched: a garbage collector is soon there, a person isn't.</summary>
    private static TimeSpan After(NameTaken taken) => TimeSpan.FromSeconds(taken.GoesByItself ? 5 : 60);

    public static ReconciliationResult<GemmaBaseImage> For(
        ImageSnapshot s, ImageDecision decision, RolloutDecision rollout, ImageOutcome outcome) =>
        (decision, outcome.Base) switch
        {
            (_, BaseResolution.Unavailable { RetryAt: { } retry } held) =>
                ReconciliationResult<GemmaBaseImage>.Failure(s.Image, held.Message, requeueAfter: NotBefore(retry - s.Now)),
            (_, BaseResolution.Unavailable down) => ReconciliationResult<GemmaBaseImage>.Failure(s.Image, down.Message),
            _ when outcome.BuildConflict is { } conflict => ReconciliationResult<GemmaBaseImage>.Failure(s.Image, conflict),
            _ when outcome.JobBlocked is { } taken => NotAfter(s, Earliest(decision, rollout), After(taken)),
            _ when outcome.JobRefused is not null => NotAfter(s, Earliest(decision, rollout), AfterRefusal),
            _ when outcome.WorkloadConflict is not null => ReconciliationResult<GemmaBaseImage>.Success(s.Image, AfterRefusal),
            (_, BaseResolution.Refused) => ReconciliationResult<GemmaBaseImage>.Success(s.Image, AfterRefusal),
            _ when Earliest(decision, rollout, ServedPodEventsPolicy.NextLook(s.Workload, s.Now)) is { } until => At(s, until),
            _ => ReconciliationResult<GemmaBaseImage>.Success(s.Image),
        };

    private static DateTime? Earliest(ImageDecision decision, RolloutDecision rollout, DateTime? silence = null) => new[]
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

    public static ReconciliationResult<GemmaBuild> For(BuildSnapshot s, BuildDecision decision, BuildOutcome outcome) =>
        (decision, outcome) switch
        {
            (_, BuildOutcome.Blocked { By: var taken }) => ReconciliationResult<GemmaBuild>.Success(s.Build, After(taken)),
            (_, BuildOutcome.Unavailable down) => ReconciliationResult<GemmaBuild>.Failure(s.Build, down.Message),
            // The Job comes with the next news of the cache; this is for a cache that has none.
            (BuildDecision.SeekJob, not BuildOutcome.JobGone) => ReconciliationResult<GemmaBuild>.Success(s.Build, TimeSpan.FromSeconds(10)),
            (BuildDecision.BackOff pause, _) => ReconciliationResult<GemmaBuild>.Success(s.Build, NotBefore(pause.At - s.Now)),
            // Whose turn it is gets woken; this keeps the position in the status honest, less often the longer the queue.
            (BuildDecision.Queue queue, _) => ReconciliationResult<GemmaBuild>.Success(s.Build, TimeSpan.FromSeconds(15 + queue.Position)),
            (BuildDecision.AwaitScan { Until: { } until }, _) => ReconciliationResult<GemmaBuild>.Success(s.Build, NotBefore(until - s.Now)),
            (BuildDecision.AwaitVerify { Until: { } until }, _) => ReconciliationResult<GemmaBuild>.Success(s.Build, NotBefore(until - s.Now)),
            (BuildDecision.AwaitJob { Until: { } until }, _) => ReconciliationResult<GemmaBuild>.Success(s.Build, NotBefore(until - s.Now)),
            _ => ReconciliationResult<GemmaBuild>.Success(s.Build),
        };

    private static ReconciliationResult<GemmaBaseImage> NotAfter(ImageSnapshot s, DateTime? wanted, TimeSpan latest) =>
        At(s, wanted is { } sooner && sooner < s.Now + latest ? sooner : s.Now + latest);

    private static ReconciliationResult<GemmaBaseImage> At(ImageSnapshot s, DateTime until) =>
        ReconciliationResult<GemmaBaseImage>.Success(s.Image, NotBefore(until - s.Now));

    /// <summary>Clocks are read in whole seconds in places: a look a moment early would find nothing due and spin.</summary>
    private static TimeSpan NotBefore(TimeSpan wait) => wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait;
}
