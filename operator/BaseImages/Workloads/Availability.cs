using GemmaOperator.Api.Words;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>Judges whether the service can answer, and if not, what the pods say it waits for.</summary>
/// <param name="IsAvailable">Whether anybody answers.</param>
/// <param name="Reason">One of <see cref="ImageReason.Available"/>.</param>
/// <param name="Message">For people.</param>
/// <param name="AwaitsPredecessor">Whether a pod waits for a node while the one before it still ends.</param>
internal sealed record Availability(bool IsAvailable, string Reason, string Message, bool AwaitsPredecessor = false)
{
    /// <summary>Returns null without a Deployment.</summary>
    public static Availability? Judge(Workload workload)
    {
        if (workload.Deployment is not { } deployment)
        {
            return null;
        }

        var wanted = deployment.Spec.Replicas ?? 1;
        var available = deployment.Status?.AvailableReplicas ?? 0;
        if (available >= Math.Max(1, wanted) || wanted == 0)
        {
            return new Availability(
                true,
                ImageReason.Available.MinimumReplicasAvailable,
                $"{available} of {wanted} pods are available"
            );
        }

        var (reason, why, awaits) = Trouble(workload);
        return new Availability(
            available > 0,
            available > 0 ? ImageReason.Available.MinimumReplicasAvailable : reason,
            $"{available} of {wanted} pods are available: {why}",
            awaits
        );
    }

    /// <summary>Those that are to serve speak first: the others are on their way out.</summary>
    private static (string Reason, string Why, bool AwaitsPredecessor) Trouble(Workload workload)
    {
        var trouble = RevisionPods.Present(workload).Trouble;
        trouble = trouble is { Weight: > 1 } ? trouble : RevisionPods.Others(workload).Trouble ?? trouble;
        if (
            trouble is PodState.Held { By: PodHold.Unplaced or PodHold.Starting }
            && (workload.Pods.FirstOrDefault(IsEnding) ?? Predecessor(workload)) is { } ending
        )
        {
            return workload.LostNodeOf(ending) is { } lost
                    ? (ImageReason.Available.NodeLost, $"{lost.SentenceFor(ending)}: {trouble.Why}", false)
                : trouble is PodState.Held { By: PodHold.Unplaced }
                    ? (
                        ImageReason.Available.ModelLoading,
                        $"pod {ending.Metadata.Name} still ends, and its successor waits for what it holds",
                        true
                    )
                : (trouble.Reason, trouble.Why, false);
        }

        return trouble is null or { Weight: < 2 }
            ? (ImageReason.Available.ModelLoading, "pods are starting", false)
            : (trouble.Reason, trouble.Why, false);
    }

    private static bool IsEnding(V1Pod pod) =>
        pod.Metadata.DeletionTimestamp is not null
        && pod.Spec?.NodeName is not null
        && pod.Status?.Phase is not ("Failed" or "Succeeded");

    /// <summary>
    /// Returns a pod that is about to be told to end: in place, a successor may be there a moment before that. Null when
    /// there is none.
    /// </summary>
    private static V1Pod? Predecessor(Workload workload) =>
        workload.Deployment!.Spec.Strategy is { RollingUpdate.MaxSurge.Value: not "0" }
            ? null
            : workload.Pods.FirstOrDefault(p =>
                p.IsStaying
                && p.Spec?.NodeName is { Length: > 0 }
                && !workload.IsOf(p, workload.Identity, workload.Settings)
            );
}
