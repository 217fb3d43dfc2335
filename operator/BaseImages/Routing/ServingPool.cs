using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Routing;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Cluster.Gateways;

namespace GemmaOperator.BaseImages.Routing;

/// <summary>Renders the InferencePool of the served pods.</summary>
internal static class ServingPool
{
    public static InferencePool Render(GemmaBaseImage image, InferencePoolSpec pool) =>
        AppliedHash.Stamp(
            new InferencePool
            {
                Metadata = WorkloadMetadata.OfWorkload(image),
                Spec = new InferencePoolContent
                {
                    Selector = new PoolSelector { MatchLabels = WorkloadMetadata.Selector(image) },
                    TargetPorts = [new PoolPort { Number = image.Spec!.Rollout.Server.Port }],
                    EndpointPickerRef = new EndpointPicker
                    {
                        Group = "",
                        Kind = "Service",
                        Name = pool.EndpointPickerRef.Name,
                        Port = new PoolPort { Number = pool.EndpointPickerRef.Port },
                        FailureMode = pool.EndpointPickerRef.FailureMode.Text,
                    },
                },
            }
        );
}
