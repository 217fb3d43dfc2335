using GemmaOperator.Api;
using GemmaOperator.Rollout;

namespace GemmaOperator.Plan;

/// <summary>The status of a GemmaBaseImage as a fold over what was observed and what came of the decisions.</summary>
internal static class ImageStatusFold
{
    private const int RecentBuildsLimit = 5;
    private const int RejectedLimit = 10;

    public static GemmaBaseImageStatus Fold(ImageSnapshot s, ImageDecision decision, RolloutDecision rollout, ImageOutcome outcome)
    {
        // A build that was just created counts as observed: the API server has answered for it.
        var seen = outcome.Started is { } started && s.Builds.All(b => b.BuildName != started.BuildName)
            ? s with { Builds = [started, .. s.Builds] }
            : s;
        var before = s.Status;
        // A build that was deleted while it ran is remembered until another one has taken over what it was for.
        var remembersLost = s.LostBuild is not null && outcome.Started is null && (s.Spec.Suspend || decision is not ImageDecision.Settled);
        var status = before with
        {
            ObservedGeneration = s.Image.Metadata.Generation,
            BuildCounter = Math.Max(before.BuildCounter, seen.LatestBuild?.Number ?? 0),
            LatestBuild = remembersLost ? before.LatestBuild : seen.LatestBuild?.BuildName ?? before.LatestBuild,
            InputsHash = seen.LatestAttempt?.Spec!.Resolved.AttemptHash ?? before.InputsHash,
            LatestImage = seen.LatestGoodBuild?.Status!.Promoted ?? before.LatestImage,
            ResolvedBase = ResolvedBaseOf(seen, outcome),
            RecentBuilds = remembersLost || seen.Builds.Count == 0 ? before.RecentBuilds : [.. seen.Builds.Take(RecentBuildsLimit).Select(LineOf)],
            LastHandledRequestAt = seen.LastHandledRequest,
            LastScheduleTime = seen.LatestTick,
            ObservedSchedule = s.Schedule?.Observed,
            ResumeTime = HasResumed(s) ? Conditions.WholeSeconds(s.Now) : before.ResumeTime,
            NextScheduleTime = s.Spec.Suspend ? null : s.Schedule?.NextTick,
        };
        status = WithRollout(status, seen, rollout) with { Cost = BuildCost.Of(seen) };
        return status with { Conditions = ImageConditions.Fold(seen with { Image = s.Image }, status, decision, rollout, outcome) };
    }

    private static bool HasResumed(ImageSnapshot s) =>
        !s.Spec.Suspend && s.Status.Conditions.Any(c => c is { Type: ConditionType.Fresh, Reason: ImageReason.Fresh.Suspended });

    private static ResolvedBase? ResolvedBaseOf(ImageSnapshot s, ImageOutcome outcome)
    {
        if (outcome.Base is BaseResolution.Resolved answer)
        {
            return new ResolvedBase
            {
                Reference = answer.Reference,
                Digest = answer.Digest,
                CheckedAt = Conditions.WholeSeconds(answer.CheckedAt),
            };
        }

        return s.Inputs is Inputs.Known known && s.Status.ResolvedBase?.Reference != known.BaseReference
            ? null
            : s.Status.ResolvedBase;
    }

    private static RecentBuild LineOf(GemmaBuild build) => new()
    {
        Name = build.BuildName,
        Reasons = build.Spec!.Reasons,
        Result = build.IsFinished ? build.Succeeded!.Reason : RecentBuild.Running,
        StartTime = build.Status?.StartTime,
        DurationSeconds = build.Status is { StartTime: { } start, CompletionTime: { } end } ? (long)(end - start).TotalSeconds : null,
        Digest = build.Status?.Promoted?.Digest,
    };

    private static GemmaBaseImageStatus WithRollout(GemmaBaseImageStatus status, ImageSnapshot s, RolloutDecision rollout)
    {
        if (s.Workload.Deployment is not { } deployment)
        {
            return status with { Rollout = null };
        }

        var serve = rollout as RolloutDecision.Serve;
        var now = new RolloutStatus
        {
            Stage = serve?.Proof is RolloutProof.Soaking or RolloutProof.Faltering or RolloutProof.Waiting
                ? serve.Proof.GetType().Name
                : s.Workload.Progress.ToString(),
            PrePull = serve?.Pull is { } pull ? new PrePullStatus { Digest = pull.Image.Digest, StartTime = pull.Since } : null,
            UpdatedReplicas = deployment.Status?.UpdatedReplicas ?? 0,
            ReadyReplicas = deployment.Status?.ReadyReplicas ?? 0,
            LastFailure = serve is { IsRollback: true } ? s.Status.Rollout?.LastFailure : null,
        };
        status = status with { Rollout = now };
        // What was found out about an image stays true while its pods come and go.
        var tested = s.Status.Rollout is { } before && before.Digest == serve?.Target.Digest ? before.SmokeTest : null;
        return serve switch
        {
            null or { Proof: null } => status,
            { Proof: RolloutProof.Soaking soaking, Target: var target } => status with
            {
                Rollout = now with
                {
                    Digest = target.Digest,
                    SoakStartTime = soaking.Since,
                    SmokeTest = s.Spec.Rollout.SmokeTest.Enabled && soaking.Test is SmokeTest.Passed ? new SmokeTestStatus { Result = SmokeTestStatus.Passed } : tested,
                },
            },
            { Proof: RolloutProof.Faltering faltering, Target: var target } => status with
            {
                Rollout = now with { Digest = target.Digest, UnhealthySince = faltering.Since, SmokeTest = tested },
            },
            { Proof: RolloutProof.Waiting waiting, Target: var target } => status with
            {
                Rollout = now with { Digest = target.Digest, UnhealthySince = waiting.Since, SmokeTest = tested },
            },
            { Proof: RolloutProof.Proven, Target: var target } when status.ServingImage?.Digest != target.Digest => status with
            {
                ServingImage = target,
                PreviousImage = status.ServingImage ?? status.PreviousImage,
            },
            { Proof: RolloutProof.Failed { IsAtFault: true } failed, Target: var target } when MustRollBack(status, s, target) => status with
            {
                RejectedDigests = [.. (status.RejectedDigests ?? []).Append(target.Digest).TakeLast(RejectedLimit)],
                Rollout = now with { LastFailure = $"{target.Reference}: {failed.Why}" },
            },
            // Nothing to go back to: it stays, and isn't asked again.
            { Proof: RolloutProof.Failed { Test: SmokeTest.Failed asked }, Target: var target } => status with
            {
                Rollout = now with { Digest = target.Digest, SmokeTest = new SmokeTestStatus { Result = SmokeTestStatus.Failed, Message = asked.Why } },
            },
            _ => status,
        };
    }

    /// <summary>There must be a proven image to go back to, and a person's pin is never overridden.</summary>
    private static bool MustRollBack(GemmaBaseImageStatus status, ImageSnapshot s, ImageStatus target) =>
        s.Spec.Rollout.Rollback.Automatic
        && s.Spec.Rollout.PinnedBuild.Length == 0
        && status.ServingImage is { } good
        && good.Digest != target.Digest
        && status.RejectedDigests?.Contains(target.Digest, StringComparer.Ordinal) != true;
}
