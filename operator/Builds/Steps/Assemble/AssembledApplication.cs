using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>Holds the application image that was made.</summary>
/// <param name="Image">The image.</param>
/// <param name="At">When it was done (UTC).</param>
/// <param name="BytesCopied">Bytes of layers that were copied at once, since the registry doesn't mount them.</param>
internal sealed record AssembledApplication(ImageStatus Image, DateTime At, long BytesCopied = 0)
{
    /// <summary>Gets the images that an index names, by platform; empty where the image is for one.</summary>
    public IReadOnlyList<(WireEnum<Platform> Platform, ImageStatus Image)> Images { get; init; } = [];
}
