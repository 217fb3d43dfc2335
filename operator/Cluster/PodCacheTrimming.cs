using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>
/// Keeps of a pod what decisions read: who it is, where it runs, which images it has, and how it does.
/// </summary>
internal static class PodCacheTrimming
{
    /// <summary>
    /// Returns the same pod without its containers' arguments, environment, mounts and probes, which are most of it.
    /// </summary>
    public static V1Pod Of(V1Pod pod) =>
        new()
        {
            ApiVersion = pod.ApiVersion,
            Kind = pod.Kind,
            Metadata = pod.Metadata,
            Spec = pod.Spec is not { } spec
                ? null
                : new V1PodSpec
                {
                    NodeName = spec.NodeName,
                    // As admission left them: which nodes may take it, and for how long a silent one keeps it.
                    Tolerations = spec.Tolerations,
                    ReadinessGates = spec.ReadinessGates,
                    // What it may be without a node, or without a start, for.
                    Volumes = spec.Volumes?.Where(v => v.PersistentVolumeClaim is not null).ToList()
                        is { Count: > 0 } claims
                        ? claims
                        : null,
                    Containers =
                    [
                        .. (spec.Containers ?? []).Select(c => new V1Container
                        {
                            Name = c.Name,
                            Image = c.Image,
                            Resources = c.Resources,
                        }),
                    ],
                },
            Status = pod.Status,
        };
}
