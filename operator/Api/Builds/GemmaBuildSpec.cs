using System.ComponentModel.DataAnnotations;
using GemmaOperator.Api.Patching;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Builds;

/// <summary>
/// Describes one attempt to make a fresh image; everything it needs is in here, so that later edits of the parent can't
/// change it.
/// </summary>
internal sealed record GemmaBuildSpec
{
    /// <summary>The GemmaBaseImage it belongs to.</summary>
    [Required]
    public ImageOwnerReference ImageRef { get; init; } = new();

    /// <summary>Number in the parent's sequence, from 1.</summary>
    [Required]
    public long Number { get; init; }

    /// <summary>Why it is due.</summary>
    [Required]
    public IReadOnlyList<WireEnum<BuildReason>> Reasons { get; init; } = [];

    /// <summary>What changed since the previous build, at most 20.</summary>
    public IReadOnlyList<FieldChange> Changes { get; init; } = [];

    /// <summary>The published image that packages are put onto; null where everything is built.</summary>
    public BuildPatch? Patch { get; init; }

    /// <summary>Why everything is built; null where patching isn't asked for, and in a patch.</summary>
    public WireEnum<FullBuildReason>? FullBuildReason { get; init; }

    /// <summary>What goes into the image.</summary>
    [Required]
    public ResolvedInputs Resolved { get; init; } = new();

    /// <summary>How and where it is made.</summary>
    [Required]
    public BuildTemplate Template { get; init; } = new();

    /// <summary>Set to true to stop the build; can't be unset.</summary>
    public bool Cancel { get; init; }
}
