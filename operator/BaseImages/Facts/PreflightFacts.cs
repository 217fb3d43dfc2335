namespace GemmaOperator.BaseImages.Facts;

/// <summary>
/// Holds what was looked up, in registries and in the cluster, of what a build and its rollout need: asked only when
/// one is about to begin.
/// </summary>
internal sealed record PreflightFacts
{
    /// <summary>Gets what the registry says of the server image; null when none is needed.</summary>
    public ServerImageAnswer? Server { get; init; }
}
