using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>Reads how a served pod does, from its own status, the events about it, and its node.</summary>
internal static class PodStateReader
{
    private static readonly string[] PullReasons =
    [
        "ErrImagePull",
        "ImagePullBackOff",
        "InvalidImageName",
        "ErrImageNeverPull",
        "ImageInspectError",
        "RegistryUnavailable",
        "ErrRegistryUnavailable",
        "SignatureValidationFailed",
    ];

    public static PodState Read(V1Pod pod, Workload workload) =>
        Ended(pod)
        ?? (
            workload.LostNodeOf(pod) is { } lost ? Held(PodHold.NodeLost, lost.SentenceFor(pod))
            : string.IsNullOrEmpty(pod.Spec?.NodeName) ? Unplaced(pod, workload.Events)
            : pod.FetchProblem is { } problem
                ? Held(PodHold.Weights, $"pod {Name(pod)} can't fetch its weights: {problem}")
            : HasCrashed(pod.Server) ? Crashing(pod)
            : pod.Server is { Ready: true } ? Ready(pod)
            : Preparing(pod, workload.Events)
        );

    private static string Name(V1Pod pod) => pod.Metadata.Name;

    private static PodState.Held Held(PodHold by, string why) => new(by, why);

    private static PodState.Held? Ended(V1Pod pod) =>
        PodEnd.Of(pod) switch
        {
            null => null,
            { Cause: PodEndCause.Refused } end => Held(
                PodHold.Refused,
                $"the kubelet of node {pod.Spec?.NodeName} refuses them: {end.Words}"
            ),
            { Cause: PodEndCause.NodeLost } end => Held(
                PodHold.NodeLost,
                $"node {pod.Spec?.NodeName} was lost, and pod {Name(pod)} with it: {end.Words}"
            ),
            var end => Held(PodHold.Evicted, $"pod {Name(pod)} had to go: {end.Words}"),
        };

    private static PodState.Held Unplaced(V1Pod pod, IReadOnlyList<ObjectEvent> events) =>
        AwaitedVolume.ProblemOf(pod, events) is { } volume
            ? Held(PodHold.Volume, $"pod {Name(pod)} gets no node: {volume}")
        : pod.PlacementRefusal is { } refusal
            ? Held(PodHold.Unplaced, $"pod {Name(pod)} isn't scheduled: {refusal.Message}")
        : Held(PodHold.Starting, $"pod {Name(pod)} waits for a node");

    /// <summary>It has ended just now, or waits for its next start.</summary>
    private static bool HasCrashed(V1ContainerStatus? server) =>
        server?.State is { Waiting.Reason: "CrashLoopBackOff" } or { Terminated.ExitCode: not 0 };

    /// <summary>Not the kubelet's own text: it has a back-off in it that changes with every crash, and no cause.</summary>
    private static PodState.Crashing Crashing(V1Pod pod) =>
        new(
            $"pod {Name(pod)} crashes: {LastTermination.Of(pod.Server!) ?? pod.Server!.State.Waiting?.Message}",
            Began(pod)
        );

    private static PodState Ready(V1Pod pod)
    {
        if (pod.ConditionOf("Ready") is not { Status: "False" } unready)
        {
            return new PodState.Answering();
        }

        var other = pod.Status?.ContainerStatuses?.FirstOrDefault(c => !c.Ready);
        return other is not null
                ? Held(PodHold.Sidecar, $"pod {Name(pod)}: container {other.Name} isn't ready{Of(other)}")
            : pod.IsMarkedUnready
                ? Held(
                    PodHold.NodeLost,
                    $"node {pod.Spec?.NodeName} doesn't answer: the cluster takes its pod {Name(pod)} for not ready"
                )
            : Held(PodHold.Sidecar, $"pod {Name(pod)} isn't ready: {unready.Message ?? unready.Reason}");
    }

    private static PodState Preparing(V1Pod pod, IReadOnlyList<ObjectEvent> events)
    {
        var cause = events.LastOrDefault(e => e.Object == Name(pod) && Hold(e) is not null);
        var all = (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []).ToList();
        if (all.FirstOrDefault(IsUnpulled) is { State.Waiting: var waiting })
        {
            return Held(
                PodHold.ImagePull,
                $"pod {Name(pod)}: {waiting.Reason}: {(cause is { IsPullFailure: true } ? cause.Message : waiting.Message)}"
            );
        }

        if (all.FirstOrDefault(IsRefused) is { State.Waiting: var refused })
        {
            return Held(PodHold.Container, $"pod {Name(pod)}: {refused.Reason}: {refused.Message}");
        }

        if (pod.Status?.InitContainerStatuses?.FirstOrDefault(IsTroubled) is { } init)
        {
            return Held(PodHold.Sidecar, $"pod {Name(pod)}: container {init.Name} hasn't done its part{Of(init)}");
        }

        if (pod.Server?.State?.Running is not null)
        {
            return new PodState.Loading($"pod {Name(pod)} runs and isn't ready yet", Began(pod));
        }

        return cause is not null ? Held(Hold(cause)!.Value, $"pod {Name(pod)}: {cause.Reason}: {cause.Message}")
            : pod.Fetcher is { State.Running: not null }
                ? Held(PodHold.Fetching, $"pod {Name(pod)} fetches its weights")
            : Held(PodHold.Starting, $"pod {Name(pod)} starts");
    }

    private static PodHold? Hold(ObjectEvent e) =>
        e.IsPullFailure ? PodHold.ImagePull
        : e.IsMountFailure ? PodHold.Volume
        : e.Reason == "FailedCreatePodSandBox" ? PodHold.Container
        : null;

    private static bool IsUnpulled(V1ContainerStatus container) =>
        container.State?.Waiting?.Reason is { } reason && PullReasons.Contains(reason, StringComparer.Ordinal);

    private static bool IsRefused(V1ContainerStatus container) =>
        container.State?.Waiting?.Reason
            is "CreateContainerConfigError"
                or "CreateContainerError"
                or "RunContainerError"
                or "PreCreateHookError"
                or "PreStartHookError"
                or "PostStartHookError";

    /// <summary>Another's init container that fails: nothing of ours has started.</summary>
    private static bool IsTroubled(V1ContainerStatus container) =>
        container.Name != FetchContainer.Name
        && container is { Ready: false }
        && (
            container.State is { Waiting.Reason: "CrashLoopBackOff" } or { Terminated.ExitCode: not 0 }
            || container.LastState?.Terminated is { ExitCode: not 0 }
        );

    private static string Of(V1ContainerStatus container) =>
        LastTermination.Of(container) is { } end ? $": {end}"
        : container.State?.Waiting is { Reason: { Length: > 0 } reason } ? $": {reason}"
        : "";

    /// <summary>
    /// The first start that its status still shows; what came before the server started (a node, a pull, a volume)
    /// takes nothing of its time.
    /// </summary>
    private static DateTime Began(V1Pod pod) =>
        pod.Server?.LastState?.Terminated?.StartedAt
        ?? pod.Server?.State?.Terminated?.StartedAt
        ?? pod.Server?.State?.Running?.StartedAt
        ?? pod.PlacedAt
        ?? DateTime.MinValue;
}
