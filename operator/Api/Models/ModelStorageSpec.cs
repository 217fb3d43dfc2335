using System.ComponentModel.DataAnnotations;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Models;

/// <summary>Describes the claim that the operator makes for the weights of one revision.</summary>
internal sealed record ModelStorageSpec
{
    /// <summary>Size of the volume.</summary>
    [Required]
    public string Size { get; init; } = "";

    /// <summary>StorageClass; empty means the cluster's default.</summary>
    public string StorageClassName { get; init; } = "";

    /// <summary>Access modes of the volume.</summary>
    public IReadOnlyList<WireEnum<VolumeAccessMode>> AccessModes { get; init; } = [VolumeAccessMode.ReadWriteOnce];

    /// <summary>Whether the claim stays when the object is deleted.</summary>
    public bool Retain { get; init; }
}
