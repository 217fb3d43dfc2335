using System.ComponentModel.DataAnnotations;
using GemmaOperator.Api.Builds;

namespace GemmaOperator.Api.Pods;

/// <summary>Describes a volume that a driver makes for each pod, such as secrets-store.csi.k8s.io.</summary>
internal sealed record CsiSource
{
    /// <summary>Name of the driver.</summary>
    [Required]
    public string Driver { get; init; } = "";

    /// <summary>Whether it is mounted for reading alone.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>What the driver is told.</summary>
    public IReadOnlyDictionary<string, string> VolumeAttributes { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Secret that the driver is given.</summary>
    public LocalReference? NodePublishSecretRef { get; init; }
}
