using GemmaOperator.Api.Builds;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Inputs;

/// <summary>Holds the upstream base image, pinned: what was declared, and the digest that it stood for.</summary>
/// <param name="Declared">The reference as declared, with its tag or digest.</param>
/// <param name="Digest">What it stood for when the build was made.</param>
internal sealed record PinnedBase(ImageReference Declared, ImageDigest Digest)
{
    /// <summary>Reads what a GemmaBuild carries.</summary>
    /// <exception cref="FormatException">
    /// The reference or the digest can't be read; no build that the operator made carries one like that.
    /// </exception>
    public static PinnedBase Of(ResolvedInputs resolved) =>
        new(ImageReference.Parse(resolved.BaseReference), ImageDigest.Parse(resolved.BaseDigest));

    /// <summary>
    /// Gets what a FROM instruction takes; its types keep out every character that a Dockerfile or a shell would
    /// interpret.
    /// </summary>
    public override string ToString() => $"{Declared.Repository}@{Digest}";
}
