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
                    // What it may be without a node for.
                    Volumes = string.IsNullOrEmpty(spec.NodeName)
                        ? spec.Volumes?.Where(v => v.PersistentVolumeClaim is not null).ToList()
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
