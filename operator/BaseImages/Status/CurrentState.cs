using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Serving.Workloads;
using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Status;

/// <summary>What the conditions say, as facts: each property becomes one condition.</summary>
internal sealed record CurrentState
{
    public required (string Reason, string Message)? Stalled { get; init; }

    public required (string Reason, string Message)? Reconciling { get; init; }

    public required (bool IsTrue, string Reason, string Message) Ready { get; init; }

    public required (bool? Status, string Reason, string Message) Fresh { get; init; }

    public static CurrentState Of(
        ImageSnapshot s,
        GemmaBaseImageStatus status,
        ImageDecision decision,
        RolloutDecision rollout,
        ImageOutcome outcome
    )
    {
        var current = IsCurrent(s);
        var failed = s.LatestAttempt is { HasFailed: true } latest ? latest : null;
        var stalled = StalledOf(s, status, decision, rollout, outcome, current, failed);
        var ready = ReadyOf(s, status, rollout, outcome, stalled, current, failed);
        return new CurrentState
        {
            Stalled = stalled,
            Reconciling = ReconcilingOf(s, decision, rollout, outcome),
            Ready = ready,
            Fresh = FreshOf(s, status, rollout, outcome, current, failed),
        };
    }

    /// <summary>The newest good build is what the present inputs would make.</summary>
    private static bool IsCurrent(ImageSnapshot s) =>
        (s.Inputs, s.LatestGoodBuild) switch
        {
            (_, { } made) => s.IsOfPresentSpec(made),
            // Builds can be deleted by hand; the image that they published is still there.
            (BuildRequest.Known now, null) => s.Builds.Count == 0
                && s.Status.LatestImage is not null
                && s.Status.InputsHash == now.AttemptHash
                && s.Status.Conditions.Any(c => c is { Type: ConditionType.BuildSucceeded, Status: "True" }),
            _ => false,
        };

    /// <summary>An image was made for the present inputs, so that a newer one is a refresh and no change.</summary>
    private static bool IsCurrent(ImageSnapshot s, ImageStatus? image) =>
        s.Builds.FirstOrDefault(b => b.BuildName == image?.Build) is { } made && s.IsOfPresentSpec(made);

    private static (string, string)? StalledOf(
        ImageSnapshot s,
        GemmaBaseImageStatus status,
        ImageDecision decision,
        RolloutDecision rollout,
        ImageOutcome outcome,
        bool current,
        GemmaBuild? failed
    )
    {
        if (s.Inputs is BuildRequest.Refused bad)
        {
            return (bad.Reason, bad.Message);
        }

        if (
            outcome.Base is BaseResolution.Refused refused
            && decision is ImageDecision.ResolveBase { ForBuild: true }
            && !current
        )
        {
            return (ImageReason.Stalled.InvalidBaseReference, refused.Message);
        }

        if (outcome.WorkloadConflict is { } conflict)
        {
            return (ImageReason.Stalled.InvalidSpec, conflict);
        }

        if (rollout is RolloutDecision.Hold { IsRefused: true } unknown)
        {
            return (ImageReason.Stalled.InvalidSpec, unknown.Message);
        }

        if (rollout is RolloutDecision.Serve { Rejected: { } given } kept)
        {
            return (
                ImageReason.Stalled.SettingsRolledBack,
                $"spec.rollout.server: {given.Message}; {kept.Target.Reference} goes on serving with the settings before"
                    + $" (they differ in spec{kept.Settings.Difference} of the pod). Change spec.rollout.server."
            );
        }

        if (rollout is RolloutDecision.Serve { IsRollback: true } serve)
        {
            return (
                ImageReason.Stalled.RolledBack,
                $"The rollout of the newest image failed and {serve.Target.Reference} serves instead"
                    + (status.Rollout?.LastFailure is { } why ? $" ({why}). " : ". ")
                    + "A new build, a changed spec or spec.rollout.pinnedBuild ends this."
            );
        }

        return
            failed is not null
            && !current
            && s.RunningBuild is null
            && decision is not (ImageDecision.StartBuild or ImageDecision.ResolveBase or ImageDecision.Wait)
            ? (
                ImageReason.Stalled.RetriesExhausted,
                $"Build {failed.BuildName} failed: {failed.Succeeded?.Reason}: {failed.Succeeded?.Message} "
                    + $"It isn't repeated for the same input: change the spec, or set the annotation {ApiGroup.RequestedAtAnnotation}."
            )
            : null;
    }

    private static (string, string)? ReconcilingOf(
        ImageSnapshot s,
        ImageDecision decision,
        RolloutDecision rollout,
        ImageOutcome outcome
    )
    {
        if (s.RunningBuild is { } running)
        {
            var step = running.Status?.Conditions.FirstOrDefault(c => c.Type == ConditionType.Reconciling);
            return (
                step?.Reason ?? ImageReason.Reconciling.Building,
                $"Build {running.BuildName} ({string.Join(", ", running.Spec!.Reasons)}): {step?.Message ?? "created"}"
            );
        }

        if (outcome.BuildConflict is { } conflict)
        {
            return (ImageReason.Reconciling.NameTaken, conflict);
        }

        return (decision, rollout) switch
        {
            (ImageDecision.ResolveBase { ForBuild: true } resolve, _) => (
                ImageReason.Reconciling.NewGeneration,
                outcome.Base is BaseResolution.Unavailable down
                    ? down.Message
                    : $"Asking for the digest of {resolve.Reference}"
            ),
            (ImageDecision.Wait { Until: not null } wait, _) => (ImageReason.Reconciling.Queued, wait.Message),
            (_, RolloutDecision.Hold { Gate: { } gate }) => (gate.Reason, gate.Message),
            // A refresh that waits leaves a healthy service of the present spec: nothing is
            // wrong, only less than fresh.
            (_, RolloutDecision.Serve { Gate: { } gate, Target: var present }) when !IsCurrent(s, present) => (
                gate.Reason,
                gate.Message
            ),
            (_, RolloutDecision.Serve { Pull: { } pull }) => (
                ImageReason.Reconciling.PrePulling,
                With(pull.Message, outcome.JobBlocked)
            ),
            (_, RolloutDecision.Serve { Proof: RolloutProof.Soaking soaking, Target: var soaked }) => (
                ImageReason.Reconciling.RollingOut,
                With(Proving(s, soaked, soaking), outcome.JobBlocked)
            ),
            (_, RolloutDecision.Serve { Proof: RolloutProof.Waiting waiting, Target: var waited } serve)
                when s.Workload.Progress != RolloutProgress.Complete => (
                serve.GoesBack ? ImageReason.Reconciling.RollingBack : ImageReason.Reconciling.RollingOut,
                $"{waited.Reference} waits: {waiting.Why}"
            ),
            (_, RolloutDecision.Serve serve)
                when !s.Workload.AsksFor(serve.Template) || s.Workload.Progress != RolloutProgress.Complete => (
                serve.GoesBack ? ImageReason.Reconciling.RollingBack : ImageReason.Reconciling.RollingOut,
                RollingOut(serve)
            ),
            _ => null,
        };
    }

    private static string With(string message, NameTaken? blocked) =>
        blocked is null ? message : $"{message}; {blocked.Message}";

    private static (bool, string, string) ReadyOf(
        ImageSnapshot s,
        GemmaBaseImageStatus status,
        RolloutDecision rollout,
        ImageOutcome outcome,
        (string Reason, string Message)? stalled,
        bool current,
        GemmaBuild? failed
    )
    {
        if (stalled is { Reason: ImageReason.Stalled.RolledBack or ImageReason.Stalled.SettingsRolledBack } back)
        {
            return (false, back.Reason, back.Message);
        }

        if (stalled is { } blocked)
        {
            return (
                false,
                (failed, blocked.Reason) switch
                {
                    ({ IsRejected: true }, ImageReason.Stalled.RetriesExhausted) => ImageReason
                        .Ready
                        .VerificationFailed,
                    (not null, ImageReason.Stalled.RetriesExhausted) => ImageReason.Ready.BuildFailed,
                    _ when outcome.WorkloadConflict is not null
                            || rollout is RolloutDecision.Hold { IsRefused: true } => ImageReason.Ready.RolloutFailed,
                    _ => ImageReason.Ready.BuildPending,
                },
                blocked.Message
            );
        }

        if (!current)
        {
            return s.Spec.Suspend
                ? (false, ImageReason.Ready.Suspended, "spec.suspend is true and there is no image of the current spec")
                : (false, ImageReason.Ready.BuildPending, Pending(s));
        }

        return rollout switch
        {
            RolloutDecision.Unmanaged => (
                true,
                ImageReason.Ready.Published,
                $"{status.LatestImage?.Reference} is published"
            ),
            RolloutDecision.Hold hold => (false, ImageReason.Ready.RolloutInProgress, hold.Message),
            RolloutDecision.Serve serve => Served(s, serve),
            _ => throw new InvalidOperationException("RolloutDecision is a closed set."),
        };
    }

    private static string Pending(ImageSnapshot s) =>
        s.RunningBuild is { } running ? $"Build {running.BuildName} is running"
        : s.Spec.Triggers.SpecChange ? "There is no image of the current spec yet"
        : $"There is no image of the current spec, and spec.triggers.specChange is false: set the annotation {ApiGroup.RequestedAtAnnotation}";

    private static (bool, string, string) Served(ImageSnapshot s, RolloutDecision.Serve serve)
    {
        var live = s.Workload.AsksFor(serve.Template);
        return (live, s.Workload.Progress) switch
        {
            (true, RolloutProgress.Complete) when serve.Gate is { } gate && !IsCurrent(s, serve.Target) => (
                false,
                ImageReason.Ready.RolloutInProgress,
                $"{serve.Target.Reference} serves; {gate.Message}"
            ),
            (true, RolloutProgress.Complete) when serve.Pull is { } pull && !IsCurrent(s, serve.Target) => (
                false,
                ImageReason.Ready.RolloutInProgress,
                $"{serve.Target.Reference} serves; {pull.Message}"
            ),
            (true, RolloutProgress.Complete)
                when serve.Proof is RolloutProof.Soaking soaking
                    && (serve.HasNewSettings || !IsCurrent(s, s.Status.ServingImage)) => (
                false,
                ImageReason.Ready.RolloutInProgress,
                Proving(s, serve.Target, soaking)
            ),
            (true, RolloutProgress.Complete) when serve.Proof is RolloutProof.Failed untested => (
                false,
                ImageReason.Ready.RolloutFailed,
                $"The rollout of {serve.Target.Reference} failed: {untested.Why}"
            ),
            (true, RolloutProgress.Complete) => (true, ImageReason.Ready.Serving, $"{serve.Target.Reference} serves"),
            (true, _) when serve.Proof is RolloutProof.Failed failed => (
                false,
                ImageReason.Ready.RolloutFailed,
                $"The rollout of {serve.Target.Reference} failed: {failed.Why}"
            ),
            _ => (false, ImageReason.Ready.RolloutInProgress, RollingOut(serve)),
        };
    }

    private static string RollingOut(RolloutDecision.Serve serve) =>
        $"Rolling out {serve.Target.Reference}" + (serve.HasNewSettings ? " with changed settings" : "");

    private static string Proving(ImageSnapshot s, ImageStatus target, RolloutProof.Soaking soaking) =>
        string.Join(
            "; ",
            new[]
            {
                $"{target.Reference} is available"
                    + (soaking.Until > s.Now ? $" and must stay so until {soaking.Until:yyyy-MM-dd HH:mm:ss} UTC" : ""),
                soaking.Test.Message,
            }.Where(part => part.Length > 0)
        );

    private static (bool?, string, string) FreshOf(
        ImageSnapshot s,
        GemmaBaseImageStatus status,
        RolloutDecision rollout,
        ImageOutcome outcome,
        bool current,
        GemmaBuild? failed
    )
    {
        if (s.Spec.Suspend)
        {
            return (null, ImageReason.Fresh.Suspended, "spec.suspend is true: nothing is refreshed");
        }

        if (status.LatestImage is null || !current)
        {
            return (
                false,
                ImageReason.Fresh.BuildOverdue,
                status.LatestImage is null
                    ? "No image has been published yet"
                    : $"The published image {status.LatestImage.Reference} isn't of the current spec"
            );
        }

        if (failed is not null)
        {
            return (
                false,
                ImageReason.Fresh.RefreshFailed,
                $"Build {failed.BuildName} ({string.Join(", ", failed.Spec!.Reasons)}) failed: {failed.Succeeded?.Reason}: {failed.Succeeded?.Message}"
            );
        }

        if (rollout.ClosedGate is { } gate)
        {
            return (false, ImageReason.Fresh.RolloutPending, gate.Message);
        }

        if (BaseTrouble(s, outcome) is { } trouble)
        {
            return (null, ImageReason.Fresh.BaseDigestUnknown, trouble);
        }

        var made = s.LatestGoodBuild?.Spec?.Resolved;
        if (
            made is not null
            && status.ResolvedBase is { } resolved
            && resolved.Reference == made.BaseReference
            && resolved.Digest != made.BaseDigest
        )
        {
            return (
                false,
                ImageReason.Fresh.BaseDigestChanged,
                $"{resolved.Reference} is now {resolved.Digest}, the image was built on {made.BaseDigest}"
            );
        }

        return s.Schedule?.DueTick is { } tick && s.RunningBuild is null
            ? (
                false,
                ImageReason.Fresh.BuildOverdue,
                $"The build scheduled for {tick:yyyy-MM-dd HH:mm:ss} UTC hasn't started"
            )
            : (true, ImageReason.Fresh.UpToDate, $"Built by {status.LatestImage.Build}");
    }

    /// <summary>
    /// One poll that a registry doesn't answer is nothing to tell of; a refusal, or silence over intervals, is.
    /// </summary>
    private static string? BaseTrouble(ImageSnapshot s, ImageOutcome outcome) =>
        outcome.Base switch
        {
            BaseResolution.Refused refused => refused.Message,
            BaseResolution.Unavailable down when BaseDigestFreshness.IsStale(s) =>
                $"{down.Message}; last known at {s.Status.ResolvedBase?.CheckedAt:yyyy-MM-dd HH:mm:ss} UTC",
            _ => null,
        };
}
