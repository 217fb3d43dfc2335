using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Rules;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Decides what is said to be under way; what stalls an object silences all of it.</summary>
internal static class ReconcilingRules
{
    public static readonly IReadOnlyList<Rule<ConditionFacts, Finding>> All =
    [
        new("a build runs", BuildRuns),
        new("what the spec names isn't there yet", ObjectIsAwaited),
        new("a registry that a due build needs is away", RegistryIsAwaited),
        new("the next build's name is taken", BuildNameTaken),
        new("nobody knows yet whether the weights are there", ModelIsAskedFor),
        new("a build waits for its base's digest", BaseIsAskedFor),
        new("a build is due, but not yet", BuildQueued),
        new("the weights are fetched before pods are replaced", FetchingModel),
        new("a good image waits at a gate", GateClosed),
        new("a new image is pulled ahead", Pulling),
        new("a new image proves itself", Soaking),
        new("a new image can't prove itself yet", Waiting),
        new("pods of what serves are started anew", Recovering),
        new("pods are being replaced", Replacing),
        new("something beside the service can't be written", Refused),
    ];

    private static Finding? BuildRuns(ConditionFacts f)
    {
        if (f.Seen.RunningBuild is not { } running)
        {
            return null;
        }

        var step = running.Status?.Conditions.FirstOrDefault(c => c.Type == ConditionType.Reconciling);
        return Finding.True(
            step?.Reason ?? ImageReason.Reconciling.Building,
            $"Build {running.BuildName} ({string.Join(", ", running.Spec!.Reasons)}): "
                + (step?.Message ?? f.StalledBuild?.Message ?? "created")
        );
    }

    private static Finding? ObjectIsAwaited(ConditionFacts f) =>
        f is { Awaited: { Since: { } since }, AwaitedMessage: { } message }
            ? Finding.True(
                ImageReason.Reconciling.AwaitingObject,
                $"{message}; it is waited for until {since + Hindrance.Missing.Patience:yyyy-MM-dd HH:mm:ss} UTC"
            )
            : null;

    private static Finding? RegistryIsAwaited(ConditionFacts f) =>
        f.Hindrance is Hindrance.Outage away
            ? Finding.True(ImageReason.Reconciling.AwaitingRegistry, away.Message)
            : null;

    private static Finding? BuildNameTaken(ConditionFacts f) =>
        f.Outcome.BuildConflict is { } conflict ? Finding.True(ImageReason.Reconciling.NameTaken, conflict) : null;

    private static Finding? ModelIsAskedFor(ConditionFacts f) =>
        ModelFreshness.AreUnknown(f.Seen)
            ? Finding.True(
                ImageReason.Reconciling.ModelPending,
                f.Outcome.Model is ModelResolution.Unavailable silent
                    ? silent.Message
                    : $"Asking what {f.Seen.Model.Text} stands for"
            )
            : null;

    private static Finding? BaseIsAskedFor(ConditionFacts f) =>
        f.Decision is ImageDecision.ResolveBase { ForBuild: true } resolve
            ? Finding.True(
                ImageReason.Reconciling.NewGeneration,
                f.Outcome.Base is UpstreamBaseResolution.Unavailable down
                    ? down.Message
                    : $"Asking for the digest of {resolve.Base}"
            )
            : null;

    private static Finding? BuildQueued(ConditionFacts f) =>
        f.Decision is ImageDecision.Wait { Until: not null } wait ? Finding.True(wait.Reason, wait.Message) : null;

    private static Finding? FetchingModel(ConditionFacts f) =>
        FetchPolicy.Judge(f.Seen) is var state
        && !(state is FetchState.Due && f.Seen.Spec.Suspend)
        && state
            is FetchState.Due
                or FetchState.Pausing
                or FetchState.Running
                or FetchState.Failed
                or FetchState.Arrived
            ? Finding.True(ImageReason.Reconciling.FetchingModel, With(ModelText.Awaited(f.Seen), f.Outcome))
            : null;

    /// <summary>
    /// A refresh that waits leaves a healthy service of the present spec: nothing is wrong, only less than fresh.
    /// </summary>
    private static Finding? GateClosed(ConditionFacts f) =>
        f.Rollout.ClosedGate is { } gate
        && !(f.Rollout is RolloutDecision.Serve serve && f.IsOfPresentSpec(serve.Target))
            ? Finding.True(gate.Reason, gate.Message)
            : null;

    private static Finding? Pulling(ConditionFacts f) =>
        f.Rollout is RolloutDecision.Serve { Pull: { } pull }
            ? Finding.True(ImageReason.Reconciling.PrePulling, With(pull.Message, f.Outcome))
            : null;

    private static Finding? Soaking(ConditionFacts f) =>
        f.Rollout is RolloutDecision.Serve { Proof: RolloutProof.Soaking soaking, Target: var target }
            ? Finding.True(ImageReason.Reconciling.RollingOut, With(f.Proving(target, soaking), f.Outcome))
            : null;

    private static Finding? Waiting(ConditionFacts f) =>
        f.Rollout is RolloutDecision.Serve { Proof: RolloutProof.Waiting waiting } serve
        && f.Seen.Workload.Progress != RolloutProgress.Complete
            ? Finding.True(Direction(serve), $"{serve.Target.Reference} waits: {waiting.Why}")
            : null;

    private static Finding? Recovering(ConditionFacts f) =>
        f.Rollout is RolloutDecision.Serve serve && f.Serves(serve) && !f.IsComplete(serve)
            ? Finding.True(
                ImageReason.Reconciling.Recovering,
                $"Pods of {serve.Target.Reference}, which has served, are started anew: "
                    + Availability.Judge(f.Seen.Workload)?.Message
            )
            : null;

    private static Finding? Replacing(ConditionFacts f) =>
        f.Rollout is RolloutDecision.Serve serve && !f.IsComplete(serve)
            ? Finding.True(Direction(serve), f.RollingOut(serve))
            : null;

    private static Finding? Refused(ConditionFacts f) =>
        (f.Outcome.JobRefused ?? f.Outcome.OtherRefused) is { } refused
            ? Finding.True(ImageReason.Reconciling.ObjectRefused, refused)
            : null;

    private static string Direction(RolloutDecision.Serve serve) =>
        serve.GoesBack ? ImageReason.Reconciling.RollingBack : ImageReason.Reconciling.RollingOut;

    /// <summary>Adds what keeps a Job from being made to what it is for.</summary>
    private static string With(string message, ImageOutcome outcome) =>
        string.Join(
            "; ",
            new[] { message, outcome.JobRefused, outcome.JobBlocked?.Message }.Where(part => part is { Length: > 0 })
        );
}
