using System.ComponentModel.DataAnnotations;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using k8s.Models;

namespace GemmaOperator.Api.Builds;

/// <summary>Says how far one platform's image has come, of a build for several.</summary>
internal sealed record PlatformStatus
{
    /// <summary>Platform of the image.</summary>
    [Required]
    public WireEnum<Platform> Platform { get; init; } = Words.Platform.LinuxAmd64;

    /// <summary>ContentsKnown, of this image.</summary>
    public IReadOnlyList<V1Condition> Conditions { get; init; } = [];

    /// <summary>Steps of this platform, in the order they ran.</summary>
    public IReadOnlyList<BuildStepStatus> Steps { get; init; } = [];

    /// <summary>Jobs started to build it.</summary>
    public int Attempts { get; init; }

    /// <summary>Newest Job that builds it.</summary>
    public LocalReference? JobRef { get; init; }

    /// <summary>Base image as pushed, or the published one where nothing changed.</summary>
    public ImageStatus? Candidate { get; init; }

    /// <summary>Application image.</summary>
    public ImageStatus? Application { get; init; }

    /// <summary>What the candidate showed of itself.</summary>
    public VerificationStatus? Verification { get; init; }

    /// <summary>Packages that the candidate holds, and what of them moved; absent where that isn't known.</summary>
    public ContentsStatus? Contents { get; init; }

    /// <summary>Base image as pushed, given up since nothing changed; absent otherwise.</summary>
    public ImageStatus? Discarded { get; init; }
}
