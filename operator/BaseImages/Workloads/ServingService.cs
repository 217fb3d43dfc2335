using GemmaOperator.Api.BaseImages;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>The Service in front of the inference server.</summary>
internal static class ServingService
{
    public static V1Service For(GemmaBaseImage image) =>
        AppliedHash.Stamp(
            new V1Service
            {
                ApiVersion = "v1",
                Kind = "Service",
                Metadata = WorkloadMetadata.For(image),
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
