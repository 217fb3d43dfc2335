using GemmaOperator.Api.Words;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Names how far a Deployment has come with its present template. Its own Available condition is not asked: with one
/// replica and maxUnavailable 1 it stays True with no pod available.
/// </summary>
internal enum RolloutProgress
{
    /// <summary>There is no Deployment, or its controller hasn't seen the newest template.</summary>
    Unobserved,

    /// <summary>Pods are being replaced or aren't available yet.</summary>
    Progressing,

    /// <summary>All wanted pods are of the newest template and available.</summary>
    Complete,

    /// <summary>The progress deadline passed.</summary>
    Failed,
}

internal static class RolloutProgressExtensions
{
    extension(Workload workload)
    {
        public RolloutProgress Progress
        {
            get
            {
                if (
                    workload.Deployment is not { Status: { } status } deployment
                    || (status.ObservedGeneration ?? 0) < (deployment.Metadata.Generation ?? 0)
                )
                {
                    return RolloutProgress.Unobserved;
                }

                var wanted = deployment.Spec.Replicas ?? 1;
                if (
                    (status.UpdatedReplicas ?? 0) >= wanted
                    && (status.Replicas ?? 0) <= wanted
                    && (status.AvailableReplicas ?? 0) >= wanted
                )
                {
                    return RolloutProgress.Complete;
                }

                // The condition of the revision before stays until pods of the new one exist: it doesn't speak of them.
                var speaksOfThis =
                    (status.UpdatedReplicas ?? 0) > 0
                    || status.Conditions?.Any(c => c is { Type: "ReplicaFailure", Status: "True" }) == true;
                return speaksOfThis && status.Conditions?.Any(DeadlineExceeded) == true
                    ? RolloutProgress.Failed
                    : RolloutProgress.Progressing;
            }
        }
    }

    extension(RolloutProgress progress)
    {
        public RolloutStage Stage =>
            progress switch
            {
                RolloutProgress.Unobserved => RolloutStage.Unobserved,
                RolloutProgress.Progressing => RolloutStage.Progressing,
                RolloutProgress.Complete => RolloutStage.Complete,
                RolloutProgress.Failed => RolloutStage.Failed,
                _ => throw new ArgumentOutOfRangeException(nameof(progress), progress, "not a progress"),
            };
    }

    private static bool DeadlineExceeded(V1DeploymentCondition condition) =>
        condition is { Type: "Progressing", Status: "False", Reason: "ProgressDeadlineExceeded" };
}
