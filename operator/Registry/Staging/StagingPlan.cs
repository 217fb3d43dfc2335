using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Staging;

/// <summary>
/// Says what a build may read and write by way of the staging registry, and nothing else of any registry.
/// </summary>
internal sealed record StagingPlan
{
    /// <summary>Gets the base, by digest.</summary>
    public required ImageReference Base { get; init; }

    /// <summary>Gets the platform whose image of the base is read.</summary>
    public required string Platform { get; init; }

    /// <summary>Gets where the result goes, with its tag.</summary>
    public required ImageReference Target { get; init; }

    /// <summary>Gets where layers are cached; null without a cache.</summary>
    public ImageRepository? Cache { get; init; }

    /// <summary>Gets whether layers that this build made go to the cache once it has succeeded.</summary>
    public bool WritesCache { get; init; }
}
