using GemmaOperator.Builds.Inputs;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>Says what a registry answered when it was asked for the base reference's digest.</summary>
internal abstract record UpstreamBaseResolution
{
    private UpstreamBaseResolution() { }

    public sealed record Resolved(DeclaredBase Base, ImageDigest Digest, DateTime CheckedAt) : UpstreamBaseResolution;

    /// <summary>
    /// Says that the reference or the credentials are wrong: the user must act. The registry is asked again, but
    /// rarely.
    /// </summary>
    /// <param name="Base">What was asked for.</param>
    /// <param name="Message">Names the field, what is wrong, and what would be right.</param>
    /// <param name="IsNotAsked">Whether the operator doesn't ask there, or where the registry sends it.</param>
    public sealed record Refused(DeclaredBase Base, string Message, bool IsNotAsked = false) : UpstreamBaseResolution;

    /// <summary>
    /// Says that the registry couldn't answer; it is asked again with backoff, or at <paramref name="RetryAt"/> (UTC)
    /// if it named a time.
    /// </summary>
    public sealed record Unavailable(DeclaredBase Base, string Message, DateTime? RetryAt = null)
        : UpstreamBaseResolution;
}
