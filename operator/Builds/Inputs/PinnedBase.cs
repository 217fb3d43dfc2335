using GemmaOperator.Api.Builds;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Inputs;

/// <summary>Is the upstream base image, pinned: what was declared, and the digest that it stood for.</summary>
/// <param name="Declared">As declared, with its tag or digest.</param>
/// <param name="Digest">What it stood for when the build was made.</param>
internal sealed record PinnedBase(ImageReference Declared, ImageDigest Digest)
{
    /// <summary>Reads what a GemmaBuild carries.</summary>
    /// <exception cref="FormatException">
    /// It isn't a reference or a digest, which no build that we made carries.
    /// </exception>
    public static PinnedBase Of(ResolvedInputs resolved) =>
        new(ImageReference.Parse(resolved.BaseReference), ImageDigest.Parse(resolved.BaseDigest));

    /// <summary>
    /// Says what a FROM instruction takes; by its types it holds no character that a Dockerfile or a shell would read.
    /// </summary>
    public override string ToString() => $"{Declared.Repository}@{Digest}";
}
