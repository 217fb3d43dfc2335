using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>Names who ended a pod that didn't end by itself.</summary>
internal enum PodEndCause
{
    /// <summary>The kubelet took it for none that its node can run: no container of it has started.</summary>
    Refused,

    /// <summary>It had to give way: to others, or to its node's lack of disk or memory.</summary>
    Evicted,

    /// <summary>Its node went away, or was shut down.</summary>
    NodeLost,
}

/// <summary>Says why a pod has failed, where neither its image nor its command had a part in it.</summary>
/// <param name="Cause">Who ended it.</param>
/// <param name="Words">The kubelet's, or the API server's, reason and message.</param>
internal sealed record PodEnd(PodEndCause Cause, string Words)
{
    /// <summary>Returns null for a pod that hasn't failed, or whose containers ended it.</summary>
    public static PodEnd? Of(V1Pod pod)
    {
        if (pod.Status is not { Phase: "Failed" } status)
        {
            return null;
        }

        // Kubernetes' names of disruptions: https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
        var disruption = status.Conditions?.FirstOrDefault(c => c is { Type: "DisruptionTarget", Status: "True" });
        var words = Sentence(status.Reason ?? disruption?.Reason, status.Message ?? disruption?.Message);
        return (status.Reason, disruption?.Reason) switch
        {
            ("NodeLost" or "NodeShutdown" or "Shutdown" or "Terminated", _)
            or (_, "DeletionByTaintManager" or "DeletionByPodGC") => new PodEnd(PodEndCause.NodeLost, words),
            ("Evicted" or "Preempting", _) or (_, not null) => new PodEnd(PodEndCause.Evicted, words),
            _ => HasStarted(status) ? null : new PodEnd(PodEndCause.Refused, words),
        };
    }

    private static bool HasStarted(V1PodStatus status) =>
        (status.InitContainerStatuses ?? [])
            .Concat(status.ContainerStatuses ?? [])
            .Any(c =>
                c.State is { Terminated: not null } or { Running: not null } || c.LastState?.Terminated is not null
            );

    private static string Sentence(string? reason, string? message) =>
        (reason, message?.Trim().TrimEnd('.')) switch
        {
            ({ Length: > 0 }, { Length: > 0 } said) => $"{reason}: {said}",
            ({ Length: > 0 }, _) => reason,
            (_, { Length: > 0 } said) => said,
            _ => "it says no reason",
        };
}
