using System.ComponentModel.DataAnnotations;
using GemmaOperator.Api.Access;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Builds;

/// <summary>Says how and where an image is made.</summary>
internal sealed record BuildTemplate
{
    /// <summary>How the Kaniko Job runs.</summary>
    [Required]
    public BuildSpec Build { get; init; } = new();

    /// <summary>Where the image goes.</summary>
    [Required]
    public OutputSpec Output { get; init; } = new();

    /// <summary>Platform of the image.</summary>
    public WireEnum<Platform> Platform { get; init; } = Words.Platform.LinuxAmd64;

    /// <summary>
    /// Platforms of an image for several, of which <see cref="Platform"/> is the first; null for an image for one.
    /// </summary>
    public IReadOnlyList<WireEnum<Platform>>? Platforms { get; init; }

    /// <summary>User of the image.</summary>
    public UserSpec User { get; init; } = new();

    /// <summary>Secret for pulling the base.</summary>
    public LocalReference? PullSecretRef { get; init; }

    /// <summary>Credentials for package indexes; absent where nothing is installed.</summary>
    public NetrcReference? IndexCredentialsRef { get; init; }

    /// <summary>A good base image with the same inputs; nothing is built then.</summary>
    public ImageStatus? ReuseBase { get; init; }

    /// <summary>What the candidate must prove; absent in builds made before there was a verification.</summary>
    public VerificationTemplate? Verification { get; init; }

    /// <summary>The application image; absent when only the base is published.</summary>
    public ApplicationTemplate? Application { get; init; }
}
