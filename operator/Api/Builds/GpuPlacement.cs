using System.ComponentModel.DataAnnotations;
using k8s.Models;

namespace GemmaOperator.Api.Builds;

/// <summary>Says where a pod that needs a GPU may run: as the served pods.</summary>
internal sealed record GpuPlacement
{
    /// <summary>Extended resource.</summary>
    [Required]
    public string ResourceName { get; init; } = "";

    /// <summary>Node labels that the pod needs.</summary>
    public IReadOnlyDictionary<string, string> NodeSelector { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Taints that the pod tolerates.</summary>
    public IReadOnlyList<V1Toleration> Tolerations { get; init; } = [];

    /// <summary>RuntimeClass of the pod.</summary>
    public string RuntimeClassName { get; init; } = "";
}
