using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>Asks whether a reference that moved means the same image on a platform as before.</summary>
/// <param name="About">The repository, and who asks.</param>
/// <param name="From">What is recorded.</param>
/// <param name="To">What the reference is now.</param>
/// <param name="Platform">For example <c>linux/amd64</c>.</param>
/// <param name="CheckedAt">When it was found to have moved (UTC).</param>
internal sealed record UpstreamBaseMove(
    string About,
    ImageDigest From,
    ImageDigest To,
    string Platform,
    DateTime CheckedAt
);
