using GemmaOperator.Builds.Inputs;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>Says what a registry answered when it was asked for the base reference's digest.</summary>
internal abstract record UpstreamBaseResolution
{
    private UpstreamBaseResolution() { }

    public sealed record Resolved(DeclaredBase Base, ImageDigest Digest, DateTime CheckedAt) : UpstreamBaseResolution;

    /// <summary>The reference or the credentials are wrong: the user must act; asked again at a slow pace.</summary>
    public sealed record Refused(DeclaredBase Base, string Message) : UpstreamBaseResolution;

    /// <summary>
    /// The registry couldn't answer; asked again with backoff, or at <paramref name="RetryAt"/> (UTC) where it said so.
    /// </summary>
    public sealed record Unavailable(DeclaredBase Base, string Message, DateTime? RetryAt = null)
        : UpstreamBaseResolution;
}
