using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Builds.Steps;

/// <summary>
/// Holds the newest good build of the same object before this one: what it published is compared with.
/// </summary>
/// <param name="Build">The build.</param>
/// <param name="MayStay">
/// Whether nothing is wrong with what it published: it serves, or only waits for a person or a window. What failed its
/// rollout is to be made anew when somebody asks for it.
/// </param>
internal sealed record PublishedBuild(GemmaBuild Build, bool MayStay)
{
    /// <summary>
    /// Gets the index that names the image, where it is one platform's of several: that is what tags point at. Null for
    /// an image that is published by itself.
    /// </summary>
    public ImageStatus? Index { get; init; }

    public GemmaBuildStatus Status => Build.Status!;

    /// <summary>
    /// Returns which updates of its operating system it was given above the same base; null when none: what comes after
    /// it must not go back to what the base was at its release.
    /// </summary>
    public SystemUpdatePolicy? UpdatedOn(string baseDigest) =>
        Build.Spec!.Resolved.BaseDigest == baseDigest
        && Status.Verification?.SystemUpdates is { } updates
        && WireEnum<SystemUpdatesResult>.Read(updates.Result).Value == SystemUpdatesResult.Updated
            ? WireEnum<SystemUpdatePolicy>.Read(updates.Policy).Value
            : null;
}
