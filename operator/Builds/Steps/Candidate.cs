using GemmaOperator.Api.Builds;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps;

/// <summary>Represents the base image that the build has in its registry, whether good or not.</summary>
/// <param name="Reference">Where it is, by digest.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Image">The image as the status describes it.</param>
internal sealed record Candidate(ImageReference Reference, ImageDigest Digest, ImageStatus Image)
{
    /// <exception cref="FormatException">The status holds something that the operator never wrote.</exception>
    public static Candidate Of(ImageStatus image) =>
        new(ImageReference.Parse(image.Reference), ImageDigest.Parse(image.Digest), image);
}
