using System.ComponentModel.DataAnnotations;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Patching;

/// <summary>Names what one platform's patch is put onto, of a build for several.</summary>
internal sealed record PatchedPlatform
{
    /// <summary>Platform of the image.</summary>
    [Required]
    public WireEnum<Platform> Platform { get; init; } = Words.Platform.LinuxAmd64;

    /// <summary>The published image for that platform, which the index names.</summary>
    [Required]
    public PatchedImage Of { get; init; } = new();

    /// <summary>Patches in a row of this platform, this one among them.</summary>
    [Required]
    public int Layers { get; init; }

    /// <summary>The fingerprint as above, of this platform's image.</summary>
    [Required]
    public string Inputs { get; init; } = "";
}
