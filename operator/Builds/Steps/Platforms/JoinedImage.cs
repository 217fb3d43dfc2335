using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Builds.Steps.Platforms;

/// <summary>Holds the index of a build's images.</summary>
/// <param name="Image">The index; what is published already where nothing changed.</param>
internal sealed record JoinedImage(ImageStatus Image)
{
    /// <summary>Gets the lists of packages that were stored anew beside published images that stay.</summary>
    public IReadOnlyList<(WireEnum<Platform> Platform, SbomStatus Sbom)> Lists { get; init; } = [];
}
