namespace GemmaOperator.BaseImages.Facts;

/// <summary>
/// Holds what was looked up, in registries and in the cluster, of what a build and its rollout need: asked only when
/// one is about to begin. What may not be asked isn't missing.
/// </summary>
internal sealed record PreflightFacts
{
    /// <summary>Gets whether a build is about to begin.</summary>
    public bool IsForBuild { get; init; }

    /// <summary>Gets whether the pods are about to be replaced.</summary>
    public bool IsForRollout { get; init; }

    /// <summary>Gets the objects that the spec names and that aren't there.</summary>
    public IReadOnlyList<NamedObject> Missing { get; init; } = [];

    /// <summary>Gets the access modes of the claim that holds the weights; null when it isn't known.</summary>
    public IReadOnlyList<string>? ClaimAccessModes { get; init; }

    /// <summary>Gets the access modes of all claims that the pods mount, by name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Claims { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>
    /// Gets whether the base has an image for each platform; null for a build for one, and where it wasn't asked.
    /// </summary>
    public BasePlatformAnswer? Base { get; init; }

    /// <summary>Gets what the registry says of the server image; null when none is needed.</summary>
    public ServerImageAnswer? Server { get; init; }

    /// <summary>Gets what registries say of the repositories that a build writes to, by field.</summary>
    public IReadOnlyList<(string Field, RepositoryAnswer Answer)> Repositories { get; init; } = [];
}
