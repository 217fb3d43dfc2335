using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Patching;

/// <summary>Names the published base image that a patch is put onto.</summary>
internal sealed record PatchedImage
{
    /// <summary>GemmaBuild that made it.</summary>
    public string Build { get; init; } = "";

    /// <summary>Repository and digest.</summary>
    [Required]
    public string Reference { get; init; } = "";

    /// <summary>Manifest digest.</summary>
    [Required]
    public string Digest { get; init; } = "";
}
