using GemmaOperator.Api.BaseImages;
using GemmaOperator.Cluster.Comparison;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>Renders the Service in front of the inference server.</summary>
internal static class ServingService
{
    public static V1Service Render(GemmaBaseImage image) =>
        AppliedHash.Stamp(
            new V1Service
            {
                ApiVersion = "v1",
                Kind = "Service",
                Metadata = WorkloadMetadata.OfWorkload(image),
                Spec = new V1ServiceSpec
                {
                    Selector = WorkloadMetadata.Selector(image),
                    Ports =
                    [
                        new V1ServicePort
                        {
                            Name = "http",
                            Port = image.Spec!.Rollout.Server.Port,
                            TargetPort = "http",
                            Protocol = "TCP",
                        },
                    ],
                },
            }
        );
}
