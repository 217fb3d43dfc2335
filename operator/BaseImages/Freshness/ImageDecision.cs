using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>What to do about a GemmaBaseImage's freshness.</summary>
internal abstract record ImageDecision
{
    private ImageDecision() { }

    /// <summary>
    /// The user must act; nothing is built. <paramref name="Reason"/> is one of <see cref="ImageReason.Stalled"/>.
    /// </summary>
    public sealed record Refuse(string Reason, string Message) : ImageDecision;

    /// <summary>
    /// Ask the registry what the base reference is now; <paramref name="ForBuild"/> when a build waits for it. An
    /// answer that the registry gave after <paramref name="After"/> (UTC) will do: others ask for the same reference.
    /// </summary>
    public sealed record ResolveBase(string Reference, bool ForBuild, DateTime After) : ImageDecision;

    /// <summary>
    /// A build is due, for <c>Build.Spec.Reasons</c>; unless the one named <paramref name="Unless"/> turns out to be
    /// there, which the status tells of and the cache doesn't have.
    /// </summary>
    public sealed record StartBuild(GemmaBuild Build, string? Unless = null) : ImageDecision;

    /// <summary>Stop a running build that a newer spec has made useless; another one follows.</summary>
    public sealed record Supersede(GemmaBuild Build) : ImageDecision;

    /// <summary>
    /// A build runs, or one is due but not yet; look again at <paramref name="Until"/> (UTC), if not before.
    /// </summary>
    public sealed record Wait(string Message, DateTime? Until) : ImageDecision;

    /// <summary>Nothing is due before <paramref name="Until"/> (UTC).</summary>
    public sealed record Settled(DateTime? Until) : ImageDecision;
}
