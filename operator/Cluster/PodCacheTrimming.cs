using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>Says what decisions read of a pod: who it is, where it runs, which images, and how it does.</summary>
internal static class PodCacheTrimming
{
    /// <summary>The same pod without what its containers are told, mount and probe, which is most of it.</summary>
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
