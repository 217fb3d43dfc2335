using k8s.Models;

namespace GemmaOperator.Check;

/// <summary>Judges nodes: which have GPUs, and whether the samples' pods may go there.</summary>
internal static class NodeCheck
{
    private const string Name = "GPU nodes";
    private const int MostNamed = 3;

    /// <summary>What the samples tolerate, and spec.rollout.server.tolerations is written like.</summary>
    private static readonly V1Toleration OfSamples = new()
    {
        Key = "nvidia.com/gpu",
        OperatorProperty = "Exists",
        Effect = "NoSchedule",
    };

    public static IEnumerable<CheckLine> Judge(Answer<IReadOnlyList<V1Node>>? answer)
    {
        if (answer?.Value is not { } nodes)
        {
            return answer?.Problem is { } problem
                ? [CheckLine.Warn(Name, problem, "ask as somebody who may list nodes")]
                : [];
        }

        var offers = nodes.Select(n => (Node: n, Gpus: Gpus(n))).Where(o => o.Gpus.Count > 0).ToList();
        return offers.Count == 0
            ?
            [
                CheckLine.Warn(
                    Name,
                    $"none of {nodes.Count} nodes offers a GPU",
                    "add nodes with the vendor's device plugin; without, set spec.rollout.server.gpu.count to 0 (CPU)"
                ),
            ]
            : offers
                .SelectMany(o => o.Gpus.Select(g => (g.Resource, g.Count, o.Node)))
                .GroupBy(o => o.Resource, StringComparer.Ordinal)
                .Select(g => Judge(g.Key, [.. g.Select(o => (o.Node, o.Count))]));
    }

    private static CheckLine Judge(string resource, IReadOnlyList<(V1Node Node, long Count)> offers)
    {
        var what = $"{offers.Sum(o => o.Count)} of {resource} on {offers.Count} nodes";
        if (offers.Any(o => Foreign(o.Node).Count == 0))
        {
            return CheckLine.Ok(Name, what);
        }

        var taints = offers.SelectMany(o => Foreign(o.Node)).Distinct(StringComparer.Ordinal).ToList();
        return CheckLine.Warn(
            Name,
            $"{what}, all with taints that the samples don't tolerate: {string.Join(", ", taints.Take(MostNamed))}",
            "add these to spec.rollout.server.tolerations, with {key: …, operator: Exists}"
        );
    }

    private static List<string> Foreign(V1Node node) =>
        [
            .. (node.Spec?.Taints ?? [])
                .Where(t => t.Effect is "NoSchedule" or "NoExecute" && !Tolerates(OfSamples, t))
                .Select(t => $"{t.Key}{(string.IsNullOrEmpty(t.Value) ? "" : "=" + t.Value)}:{t.Effect}"),
        ];

    private static bool Tolerates(V1Toleration toleration, V1Taint taint) =>
        toleration.Key == taint.Key && toleration.Effect == taint.Effect;

    private static List<(string Resource, long Count)> Gpus(V1Node node) =>
        [
            .. (node.Status?.Allocatable ?? new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal))
                .Where(r => IsGpu(r.Key))
                .Select(r => (r.Key, (long)r.Value.ToDecimal()))
                .Where(r => r.Item2 > 0),
        ];

    /// <summary>The names under which device plugins of NVIDIA (whole and MIG), AMD and Intel offer GPUs.</summary>
    private static bool IsGpu(string resource) =>
        resource is "nvidia.com/gpu" or "nvidia.com/gpu.shared" or "amd.com/gpu"
        || resource.StartsWith("nvidia.com/mig-", StringComparison.Ordinal)
        || resource.StartsWith("gpu.intel.com/", StringComparison.Ordinal);
}
