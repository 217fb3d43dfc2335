using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Patching;

/// <summary>Says what a build puts packages onto that doesn't make everything anew.</summary>
internal sealed record BuildPatch
{
    /// <summary>The published base image that it begins with; of several platforms the index.</summary>
    [Required]
    public PatchedImage Of { get; init; } = new();

    /// <summary>
    /// Patches in a row since the last build of everything, this one among them; of several platforms the most.
    /// </summary>
    [Required]
    public int Layers { get; init; }

    /// <summary>
    /// Fingerprint of what a build of everything would be made from, which is what that image was made from.
    /// </summary>
    [Required]
    public string Inputs { get; init; } = "";

    /// <summary>What each platform begins with, of a build for several; absent in a build for one.</summary>
    public IReadOnlyList<PatchedPlatform>? Platforms { get; init; }

    /// <summary>Newest GemmaBuild that made everything.</summary>
    public string FullBuild { get; init; } = "";

    /// <summary>When that ended (UTC).</summary>
    public DateTime? FullBuildTime { get; init; }
}
