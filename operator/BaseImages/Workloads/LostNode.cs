using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>Says that a node which runs pods of the service doesn't answer.</summary>
/// <param name="Name">The node.</param>
/// <param name="Since">Since when (UTC); null when nobody knows.</param>
/// <param name="Why">What the cluster says of it.</param>
internal sealed record LostNode(string Name, DateTime? Since, string Why)
{
    /// <summary>Says how long a pod stays bound to such a node where nothing else is asked for (Kubernetes' default).</summary>
    private const int DefaultSeconds = 300;

    /// <summary>Is the taint of nodes that don't answer.</summary>
    private const string Unreachable = "node.kubernetes.io/unreachable";

    /// <summary>Returns null for a node that answers; <paramref name="node"/> is null when there is none.</summary>
    public static LostNode? Of(string name, V1Node? node) =>
        node is null ? new LostNode(name, null, "it is no longer in the cluster")
        : node.Status?.Conditions?.FirstOrDefault(c => c is { Type: "Ready", Status: not "True" }) is { } silent
            ? new LostNode(name, silent.LastTransitionTime, silent.Message ?? silent.Reason ?? "it isn't ready")
        : null;

    /// <summary>
    /// Returns the nodes that have to be looked at: of pods that others than their kubelet say aren't ready, or that
    /// should be gone by now.
    /// </summary>
    public static IReadOnlyList<string> SuspectsOf(IEnumerable<V1Pod> pods, DateTime now) =>
        [
            .. pods.Where(p =>
                    !string.IsNullOrEmpty(p.Spec?.NodeName)
                    && p.Status?.Phase is not ("Failed" or "Succeeded")
                    && (p.IsMarkedUnready || p.Metadata.DeletionTimestamp < now || p.IsGivenUpWithItsNode)
                )
                .Select(p => p.Spec.NodeName)
                .Distinct(StringComparer.Ordinal),
        ];

    /// <summary>Returns that it is lost, and what becomes of a pod on it.</summary>
    public string SentenceFor(V1Pod pod) =>
        $"node {Name} is lost{(Since is { } at ? $" since {at:yyyy-MM-dd HH:mm:ss} UTC" : "")} ({Why.TrimEnd('.')}); "
        + Next(pod);

    private string Next(V1Pod pod)
    {
        var name = pod.Metadata.Name;
        if (pod.Metadata.DeletionTimestamp is not null)
        {
            return $"its pod {name} was given up, and another takes its place";
        }

        var toleration = pod.Spec?.Tolerations?.FirstOrDefault(t =>
            (t.Key ?? "") is Unreachable or "" && t.Effect is null or "" or "NoExecute"
        );
        return toleration is { TolerationSeconds: null }
            ? $"its pod {name} stays until the node answers, or is deleted (kubectl delete node {Name})"
            : $"its pod {name} is given up "
                + (
                    Since is { } at
                        ? $"at {at.AddSeconds(toleration?.TolerationSeconds ?? DefaultSeconds):HH:mm:ss} UTC"
                        : "soon"
                )
                + ", and another takes its place";
    }
}
