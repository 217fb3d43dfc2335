using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>Asks whether a reference that moved means the same images on its platforms as before.</summary>
/// <param name="About">The repository, and who asks.</param>
/// <param name="From">What is recorded.</param>
/// <param name="To">What the reference is now.</param>
/// <param name="Platforms">One or more, as in <c>linux/amd64,linux/arm64</c>.</param>
/// <param name="CheckedAt">When it was found to have moved (UTC).</param>
internal sealed record UpstreamBaseMove(
    string About,
    ImageDigest From,
    ImageDigest To,
    string Platforms,
    DateTime CheckedAt
);
