using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster.Comparison;
using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Decides onto which nodes a new image is pulled before pods are replaced: those that will run it.</summary>
internal static class PullNodePolicy
{
    /// <summary>Bounds the number of nodes: a pool may have hundreds, and the image is gigabytes.</summary>
    private const int Most = 20;

    private static readonly Dictionary<string, string> NoLabels = new(StringComparer.Ordinal);

    /// <summary>
    /// Decides which nodes pull the image. When pods are replaced in place, a successor takes its predecessor's GPU, so
    /// that the nodes stay the same. Any node that fits may get a pod when pods surge or are recreated, when they are
    /// too few, and when a present node no longer fits the spec.
    /// </summary>
    public static PullNodes Decide(ImageSnapshot s, ServingTemplate template)
    {
        var present = Present(s);
        if (s.Nodes is not { } nodes)
        {
            return new PullNodes(present, []);
        }

        var (pod, tolerations) = (template.Pod.Spec, TolerationsOf(s, template.Pod.Spec.Tolerations));
        var judged = nodes
            .Select(n => (n.Metadata.Name, Why: Unfit(pod, tolerations, n, present), HasDevices: HasDevices(pod, n)))
            .OrderBy(n => n.Name, StringComparer.Ordinal)
            .ToList();
        var fitting = judged.Where(n => n.Why is null && n.HasDevices).Select(n => n.Name).ToList();
        var staying = present.Where(n => fitting.Contains(n, StringComparer.Ordinal)).ToList();
        var isInPlace =
            s.Spec.Rollout.Strategy == RolloutStrategy.InPlace || SingleNodeClaim.WhyInPlace(s, template) is not null;
        return isInPlace && staying.Count == present.Count && IsEnough(s)
            ? new PullNodes(staying, [])
            : new PullNodes(
                [.. staying.Concat(fitting).Distinct(StringComparer.Ordinal).Take(Most)],
                [.. judged.Where(n => n.Why is not null && n.HasDevices).Select(n => (n.Name, n.Why!))]
            );
    }

    /// <summary>
    /// Returns what the pods tolerate as they stand in the cluster: the spec's, and what admission adds to pods that
    /// ask for a GPU.
    /// </summary>
    public static IReadOnlyList<V1Toleration> TolerationsOf(ImageSnapshot s, IEnumerable<V1Toleration>? spec)
    {
        IReadOnlyList<V1Toleration> asked = [.. spec ?? []];
        return
        [
            .. asked,
            .. s
                .Workload.Pods.SelectMany(p => p.Spec?.Tolerations ?? [])
                // Those bind a pod to a node that has fallen silent for a while.
                .Where(t => t.TolerationSeconds is null && !asked.Any(a => ApiEquality.Same(a, t)))
                .DistinctBy(t => (t.Key, t.OperatorProperty, t.Value, t.Effect)),
        ];
    }

    /// <summary>
    /// Tells whether the scheduler may put the pod on a node at some time: by labels, taints and the devices that it
    /// has.
    /// </summary>
    public static bool MayRun(V1PodSpec pod, IReadOnlyList<V1Toleration> tolerations, V1Node node) =>
        IsSelected(pod, node)
        && NodeAffinityMatch.Allows(pod, node)
        && Untolerated(tolerations, node) is null
        && HasDevices(pod, node);

    private static IReadOnlyList<string> Present(ImageSnapshot s) =>
        [
            .. s
                .Workload.Pods.Where(p => p.Metadata.DeletionTimestamp is null && p.Status?.Phase == "Running")
                .Select(p => p.Spec?.NodeName)
                .OfType<string>()
                .Where(n => n.Length > 0)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Tells whether as many pods run as are wanted.</summary>
    private static bool IsEnough(ImageSnapshot s)
    {
        var live = s.Workload.Deployment;
        var wanted = ServingDeployment.IsScaledByOthers(s.Image, live)
            ? live!.Spec.Replicas ?? 1
            : s.Spec.Rollout.Server.Replicas;
        return s.Workload.Pods.Count(p => p.Metadata.DeletionTimestamp is null && p.Status?.Phase == "Running")
            >= wanted;
    }

    /// <summary>
    /// Returns why the scheduler couldn't put the pod on the node, leaving aside what others use of it; null when it
    /// could. Taints of a node that runs such a pod now don't keep it away.
    /// </summary>
    private static string? Unfit(
        V1PodSpec pod,
        IReadOnlyList<V1Toleration> tolerations,
        V1Node node,
        IReadOnlyList<string> present
    ) =>
        node.Spec?.Unschedulable == true ? "it is cordoned"
        : node.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: not "True" }) == true ? "it isn't ready"
        : !IsSelected(pod, node) ? "spec.rollout.server.nodeSelector selects others"
        : !NodeAffinityMatch.Allows(pod, node) ? "spec.rollout.server.affinity selects others"
        : present.Contains(node.Metadata.Name, StringComparer.Ordinal) ? null
        : Untolerated(tolerations, node) is { } taint ? $"its taint {Written(taint)} isn't tolerated"
        : null;

    private static bool IsSelected(V1PodSpec pod, V1Node node) =>
        (pod.NodeSelector ?? NoLabels).All(label =>
            node.Metadata.Labels is { } labels && labels.TryGetValue(label.Key, out var value) && value == label.Value
        );

    private static V1Taint? Untolerated(IReadOnlyList<V1Toleration> tolerations, V1Node node) =>
        (node.Spec?.Taints ?? []).FirstOrDefault(t =>
            t.Effect != "PreferNoSchedule" && !tolerations.Any(o => Tolerates(o, t))
        );

    /// <summary>As <c>kubectl taint</c> takes it.</summary>
    private static string Written(V1Taint taint) =>
        string.IsNullOrEmpty(taint.Value) ? $"{taint.Key}:{taint.Effect}" : $"{taint.Key}={taint.Value}:{taint.Effect}";

    private static bool HasDevices(V1PodSpec pod, V1Node node) =>
        PodDevices.Of(pod).All(d => Has(node, d.Key) >= d.Value);

    private static bool Tolerates(V1Toleration toleration, V1Taint taint) =>
        (string.IsNullOrEmpty(toleration.Key) ? toleration.OperatorProperty == "Exists" : toleration.Key == taint.Key)
        && (toleration.OperatorProperty == "Exists" || (toleration.Value ?? "") == (taint.Value ?? ""))
        && (string.IsNullOrEmpty(toleration.Effect) || toleration.Effect == taint.Effect);

    /// <summary>
    /// Returns how many of a device the node has to give. Only devices are counted: CPU and memory are shared, and are
    /// rarely what a node is short of.
    /// </summary>
    private static decimal Has(V1Node node, string resource) =>
        node.Status?.Allocatable is { } allocatable && allocatable.TryGetValue(resource, out var count)
            ? count.ToDecimal()
            : 0;
}
