using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Pods;

/// <summary>
/// Describes a volume of the served pods, with exactly one source. There is no source that reaches the node.
/// </summary>
internal sealed record ServedVolume
{
    /// <summary>Name, by which mounts know it.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Directory that lives as long as the pod.</summary>
    public EmptyDirSource? EmptyDir { get; init; }

    /// <summary>Claim of the same namespace.</summary>
    public ClaimSource? PersistentVolumeClaim { get; init; }

    /// <summary>Keys of a Secret as files.</summary>
    public SecretSource? Secret { get; init; }

    /// <summary>Keys of a ConfigMap as files.</summary>
    public ConfigMapSource? ConfigMap { get; init; }

    /// <summary>Several of these in one directory.</summary>
    public ProjectedSource? Projected { get; init; }

    /// <summary>Volume that a driver makes for the pod.</summary>
    public CsiSource? Csi { get; init; }
}
