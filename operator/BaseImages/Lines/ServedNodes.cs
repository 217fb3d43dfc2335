using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Cluster.Gpus;
using k8s.Models;

namespace GemmaOperator.BaseImages.Lines;

/// <summary>Decides which nodes with GPUs the served pods may run on, busy and cordoned ones among them.</summary>
internal static class ServedNodes
{
    /// <summary>Tells whether it matters which nodes there are: pods with GPUs of NVIDIA's are served.</summary>
    public static bool Matter(GemmaBaseImage image) =>
        image
            is {
                Metadata.DeletionTimestamp: null,
                Spec: { Base: not null, Rollout: { Mode.Value: RolloutMode.Managed, Server.Gpu: { Count: > 0 } gpu } }
            }
        && GpuNode.IsOfVendor(gpu.ResourceName);

    /// <summary>
    /// Returns them, sorted by name; none where nothing is known of nodes.
    /// </summary>
    public static IReadOnlyList<GpuNode> Of(ImageSnapshot s)
    {
        if (s.GpuNodes is not { Count: > 0 } nodes || !Matter(s.Image))
        {
            return [];
        }

        var server = s.Spec.Rollout.Server;
        var pod = new V1PodSpec
        {
            NodeSelector = new Dictionary<string, string>(server.NodeSelector, StringComparer.Ordinal),
            Affinity = server.Affinity,
            Containers = [new V1Container { Resources = ServerResources.Of(server) }],
        };
        var tolerations = PullNodePolicy.TolerationsOf(s, server.Tolerations);
        var architectures = (s.Inputs as BuildRequest.Known)
            ?.Template.AllPlatforms.Select(ImagePlatform.Architecture)
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. nodes
                .Where(n =>
                    architectures is null || n.Architecture.Length == 0 || architectures.Contains(n.Architecture)
                )
                .Where(n => PullNodePolicy.MayRun(pod, tolerations, n.Node))
                .OrderBy(n => n.Name, StringComparer.Ordinal),
        ];
    }
}
