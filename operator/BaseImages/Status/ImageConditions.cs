using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Serving.Workloads;
using GemmaOperator.Builds.Steps.Proof;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Status;

/// <summary>
/// The conditions of a GemmaBaseImage. Ready follows kstatus: True only if a good image exists for the current
/// generation and, when managed, the workload serves it. A failed refresh leaves Ready alone and turns Fresh.
/// </summary>
internal static class ImageConditions
{
    public static IReadOnlyList<V1Condition> Fold(
        ImageSnapshot s,
        GemmaBaseImageStatus status,
        ImageDecision decision,
        RolloutDecision rollout,
        ImageOutcome outcome
    )
    {
        var conditions = new Conditions(s.Status.Conditions, s.Image.Metadata.Generation ?? 0, s.Now);
        var facts = CurrentState.Of(s, status, decision, rollout, outcome);
        SetStalled(conditions, facts);
        SetReconciling(conditions, facts);
        SetReady(conditions, facts);
        SetBuildSucceeded(conditions, s);
        SetVerified(conditions, s);
        SetFresh(conditions, facts);
        SetAvailable(conditions, s, status);
        return conditions.List;
    }

    private static void SetStalled(Conditions conditions, CurrentState f)
    {
        if (f.Stalled is { } stalled)
        {
            conditions.True(ConditionType.Stalled, stalled.Reason, stalled.Message);
        }
        else
        {
            conditions.Remove(ConditionType.Stalled);
        }
    }

    private static void SetReconciling(Conditions conditions, CurrentState f)
    {
        if (f.Reconciling is { } work && f.Stalled is null)
        {
            conditions.True(ConditionType.Reconciling, work.Reason, work.Message);
        }
        else
        {
            conditions.Remove(ConditionType.Reconciling);
        }
    }

    private static void SetReady(Conditions conditions, CurrentState f)
    {
        if (f.Ready.IsTrue)
        {
            conditions.True(ConditionType.Ready, f.Ready.Reason, f.Ready.Message);
        }
        else
        {
            conditions.False(ConditionType.Ready, f.Ready.Reason, f.Ready.Message);
        }
    }

    /// <summary>Speaks of the newest build that has ended; absent until one has.</summary>
    private static void SetBuildSucceeded(Conditions conditions, ImageSnapshot s)
    {
        if (s.Builds.FirstOrDefault(b => b.IsFinished && !b.IsSuperseded) is not { } ended)
        {
            return;
        }

        if (ended.HasSucceeded)
        {
            conditions.True(
                ConditionType.BuildSucceeded,
                ImageReason.BuildSucceeded.Completed,
                $"Build {ended.BuildName} is published"
            );
        }
        else
        {
            var why = ended.Succeeded!;
            conditions.False(ConditionType.BuildSucceeded, why.Reason, $"Build {ended.BuildName}: {why.Message}");
        }
    }

    /// <summary>Speaks of the newest candidate that was proved or rejected; absent until one was.</summary>
    private static void SetVerified(Conditions conditions, ImageSnapshot s)
    {
        if (s.Builds.FirstOrDefault(b => b.IsVerified || b.IsRejected) is not { } build)
        {
            return;
        }

        if (build.IsRejected)
        {
            conditions.False(
                ConditionType.Verified,
                build.Status!.Failure!.Reason,
                $"Build {build.BuildName}: {build.Status.Failure.Message}"
            );
        }
        else
        {
            conditions.True(
                ConditionType.Verified,
                ImageReason.Verified.AllChecksPassed,
                $"Build {build.BuildName}: {VerifiedText.Render(build.Status!.Verification!)}"
            );
        }
    }

    private static void SetFresh(Conditions conditions, CurrentState f)
    {
        switch (f.Fresh.Status)
        {
            case true:
                conditions.True(ConditionType.Fresh, f.Fresh.Reason, f.Fresh.Message);
                break;
            case false:
                conditions.False(ConditionType.Fresh, f.Fresh.Reason, f.Fresh.Message);
                break;
            default:
                conditions.Unknown(ConditionType.Fresh, f.Fresh.Reason, f.Fresh.Message);
                break;
        }
    }

    private static void SetAvailable(Conditions conditions, ImageSnapshot s, GemmaBaseImageStatus status)
    {
        switch (Availability.Of(s.Workload))
        {
            case null:
                conditions.Remove(ConditionType.Available);
                break;
            // A pod's predecessor may be about to go, or gone just now and the scheduler not have looked again.
            case { Reason: ImageReason.Available.WaitingForGpu } a
                when s.Now - status.Rollout?.UnscheduledSince < PodEventsPolicy.Patience:
                conditions.False(ConditionType.Available, ImageReason.Available.ModelLoading, a.Message);
                break;
            case { IsAvailable: true } a:
                conditions.True(ConditionType.Available, a.Reason, a.Message);
                break;
            case { } a:
                conditions.False(ConditionType.Available, a.Reason, a.Message);
                break;
        }
    }
}
