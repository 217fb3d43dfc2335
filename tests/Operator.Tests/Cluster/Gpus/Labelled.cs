using GemmaOperator.Cluster.Gpus;
using k8s.Models;

namespace Operator.Tests.Cluster.Gpus;

/// <summary>Nodes with labels of NVIDIA's GPU feature discovery.</summary>
internal static class Labelled
{
    /// <summary>Returns a node with a GPU and labels of it, written as <c>key=value</c> without the vendor.</summary>
    public static V1Node Node(string name, params string[] labels)
    {
        var all = labels
            .Select(l => l.Split('=', 2))
            .ToDictionary(l => "nvidia.com/" + l[0], l => l[1], StringComparer.Ordinal);
        all["kubernetes.io/arch"] = "amd64";
        return new V1Node
        {
            Metadata = new V1ObjectMeta { Name = name, Labels = all },
            Spec = new V1NodeSpec(),
            Status = new V1NodeStatus
            {
                Allocatable = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal)
                {
                    ["cpu"] = new("8"),
                    ["nvidia.com/gpu"] = new("1"),
                },
            },
        };
    }

    /// <summary>Returns one with a driver, the CUDA that it was made for, and what its GPU can do.</summary>
    public static GpuNode Of(string name, string driver, string? cuda = null, string? gpu = null) =>
        GpuNode.Read(
            Node(
                name,
                [
                    $"cuda.driver-version.full={driver}",
                    .. cuda is null ? Array.Empty<string>() : [$"cuda.runtime-version.full={cuda}"],
                    .. gpu is null
                        ? Array.Empty<string>()
                        : [$"gpu.compute.major={gpu.Split('.')[0]}", $"gpu.compute.minor={gpu.Split('.')[1]}"],
                ]
            )
        )!;
}
