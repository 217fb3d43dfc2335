using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>Judges whether the service can answer, and if not, what the pods say it waits for.</summary>
internal sealed record Availability(bool IsAvailable, string Reason, string Message)
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

        // Those that are to serve first: the others are on their way out.
        var trouble = workload
            .Pods.Where(p => p.IsStaying)
            .OrderByDescending(p => p.IsOf(workload.Image, workload.Settings))
            .Select(p => Trouble(p, workload.Events))
            .FirstOrDefault(t => t is not null);
        if (trouble is (ImageReason.Available.WaitingForGpu, _) && workload.Pods.FirstOrDefault(IsEnding) is { } ending)
        {
            trouble = (
                ImageReason.Available.ModelLoading,
                $"pod {ending.Metadata.Name} still ends, and its successor waits for what it holds"
            );
        }

        var (reason, why) =
            trouble
            ?? (
                workload.Refusal is { } refusal
                    ? (ImageReason.Available.PodsRefused, $"no pod is taken: {refusal}")
                    : (ImageReason.Available.ModelLoading, "pods are starting")
            );
        return new Availability(
            available > 0,
            available > 0 ? ImageReason.Available.MinimumReplicasAvailable : reason,
            $"{available} of {wanted} pods are available: {why}"
        );
    }

    private static bool IsEnding(V1Pod pod) =>
        pod.Metadata.DeletionTimestamp is not null
        && pod.Spec?.NodeName is not null
        && pod.Status?.Phase is not ("Failed" or "Succeeded");

    /// <summary>It has ended just now, or waits for its next start.</summary>
    private static bool HasCrashed(V1ContainerStatus container) =>
        container.State is { Waiting.Reason: "CrashLoopBackOff" } or { Terminated.ExitCode: not 0 };

    private static (string Reason, string Message)? Trouble(V1Pod pod, IReadOnlyList<ObjectEvent> events)
    {
        if (AwaitedVolume.ProblemOf(pod, events) is { } volume)
        {
            return (ImageReason.Available.ModelLoading, $"pod {pod.Metadata.Name} gets no node: {volume}");
        }

        if (pod.PlacementRefusal is { } unschedulable)
        {
            return (
                ImageReason.Available.WaitingForGpu,
                $"pod {pod.Metadata.Name} isn't scheduled: {unschedulable.Message}"
            );
        }

        if (pod.FetchProblem is { } problem)
        {
            return (
                ImageReason.Available.ModelFetchFailed,
                $"pod {pod.Metadata.Name} can't fetch its weights: {problem}"
            );
        }

        if (pod.Status?.ContainerStatuses?.FirstOrDefault(HasCrashed) is { } crashed)
        {
            // Not the kubelet's own text: it has a back-off in it that changes with every crash, and no cause.
            return (
                ImageReason.Available.ContainerCrashLoop,
                $"pod {pod.Metadata.Name} crashes: {LastTermination.Of(crashed) ?? crashed.State.Waiting?.Message}"
            );
        }

        var cause = events.LastOrDefault(e => e.Object == pod.Metadata.Name && IsCause(e));
        var waiting = pod.Status?.ContainerStatuses?.Select(c => c.State?.Waiting).FirstOrDefault(w => w is not null);
        return waiting?.Reason switch
        {
            "ErrImagePull" or "ImagePullBackOff" or "InvalidImageName" or "CreateContainerConfigError" => (
                ImageReason.Available.ImagePullError,
                $"pod {pod.Metadata.Name}: {waiting.Reason}: "
                    + $"{(cause is { IsPullFailure: true } ? cause.Message : waiting.Message)}"
            ),
            null or "ContainerCreating" when cause is not null => (
                cause.IsPullFailure ? ImageReason.Available.ImagePullError : ImageReason.Available.ModelLoading,
                $"pod {pod.Metadata.Name}: {cause.Reason}: {cause.Message}"
            ),
            _ when pod.Fetcher is { State.Running: not null } => (
                ImageReason.Available.ModelLoading,
                $"pod {pod.Metadata.Name} fetches its weights"
            ),
            _ => pod.Status?.ContainerStatuses?.Any(c => c.State?.Running is not null && !c.Ready) == true
                ? (ImageReason.Available.ModelLoading, $"pod {pod.Metadata.Name} runs and isn't ready yet")
                : null,
        };
    }

    private static bool IsCause(ObjectEvent e) =>
        e.IsPullFailure || e.IsMountFailure || e.Reason == "FailedCreatePodSandBox";
}
