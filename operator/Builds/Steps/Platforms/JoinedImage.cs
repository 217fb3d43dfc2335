using GemmaOperator.Api.Builds;

namespace GemmaOperator.Builds.Steps.Platforms;

/// <summary>Holds the index of a build's images.</summary>
/// <param name="Image">The index; what is published already where nothing changed.</param>
internal sealed record JoinedImage(ImageStatus Image);
