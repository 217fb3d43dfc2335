using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Decides onto which nodes a new image is pulled before pods are replaced: those that will run it.</summary>
internal static class PullNodePolicy
{
    /// <summary>Bounds the number of nodes: a pool may have hundreds, and the image is gigabytes.</summary>
    private const int Most = 20;

    private static readonly Dictionary<string, string> NoLabels = new(StringComparer.Ordinal);

    private static readonly Dictionary<string, ResourceQuantity> NoLimits = new(StringComparer.Ordinal);

    /// <summary>
    /// Decides which nodes pull the image. When pods are replaced in place, a successor takes its predecessor's GPU, so
    /// that the nodes stay the same. Any node that fits may get a pod when pods surge or are recreated, when they are
    /// too few, and when a present node no longer fits the spec.
    /// </summary>
    public static IReadOnlyList<string> Decide(ImageSnapshot s, ServingTemplate template)
    {
        var present = Present(s);
        if (s.Nodes is not { } nodes)
        {
            return present;
        }

        var pod = template.Pod.Spec;
        var fitting = nodes
            .Where(n => Fits(pod, n))
            .Select(n => n.Metadata.Name)
            .Order(StringComparer.Ordinal)
            .ToList();
        var staying = present.Where(n => fitting.Contains(n, StringComparer.Ordinal)).ToList();
        return s.Spec.Rollout.Strategy == RolloutStrategy.InPlace && staying.Count == present.Count && IsEnough(s)
            ? staying
            : [.. staying.Concat(fitting).Distinct(StringComparer.Ordinal).Take(Most)];
    }

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
        var wanted = ServingDeployment.IsScaledByOthers(live)
            ? live!.Spec.Replicas ?? 1
            : s.Spec.Rollout.Server.Replicas;
        return s.Workload.Pods.Count(p => p.Metadata.DeletionTimestamp is null && p.Status?.Phase == "Running")
            >= wanted;
    }

    /// <summary>
    /// Tells whether the scheduler could put the pod on the node, leaving aside what others use of it.
    /// </summary>
    private static bool Fits(V1PodSpec pod, V1Node node) =>
        node.Spec?.Unschedulable != true
        && node.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: not "True" }) != true
        && (pod.NodeSelector ?? NoLabels).All(label =>
            node.Metadata.Labels is { } labels && labels.TryGetValue(label.Key, out var value) && value == label.Value
        )
        && (node.Spec?.Taints ?? []).All(t =>
            t.Effect == "PreferNoSchedule" || (pod.Tolerations ?? []).Any(o => Tolerates(o, t))
        )
        && (pod.Containers[0].Resources?.Limits ?? NoLimits)
            .Where(l => l.Key.Contains('/', StringComparison.Ordinal))
            .All(l => Has(node, l.Key) >= l.Value.ToDecimal());

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
