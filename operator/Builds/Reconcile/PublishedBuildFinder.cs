using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps;

namespace GemmaOperator.Builds.Reconcile;

/// <summary>Finds what an object has published before a build of it, and how that does.</summary>
internal static class PublishedBuildFinder
{
    private static readonly string[] OnlyWaits =
    [
        ImageReason.Held.Pinned,
        ImageReason.Held.AwaitingApproval,
        ImageReason.Held.AwaitingWindow,
    ];

    /// <summary>Returns the newest good build before this one; null when there is none.</summary>
    /// <param name="image">The object.</param>
    /// <param name="build">The build that runs.</param>
    /// <param name="siblings">The object's builds, this one among them.</param>
    public static PublishedBuild? Find(GemmaBaseImage image, GemmaBuild build, IReadOnlyList<GemmaBuild> siblings) =>
        siblings.Where(other => other.Number < build.Number && other.HasSucceeded).MaxBy(other => other.Number)
            is { } newest
            ? new PublishedBuild(newest, MayStay(image, newest))
            : null;

    /// <summary>Returns what is known of the packages of an image that a build uses again; null for nothing.</summary>
    public static ContentsStatus? ContentsOf(ImageStatus? image, IEnumerable<GemmaBuild> siblings) =>
        MakerOf(image, siblings, status => status.Contents is not null)?.Contents;

    /// <summary>Returns the images that an index names that a build uses again; null for nothing.</summary>
    public static IReadOnlyList<PlatformStatus>? PlatformsOf(ImageStatus? image, IEnumerable<GemmaBuild> siblings) =>
        MakerOf(image, siblings, status => status.Platforms is not null)?.Platforms;

    private static GemmaBuildStatus? MakerOf(
        ImageStatus? image,
        IEnumerable<GemmaBuild> siblings,
        Func<GemmaBuildStatus, bool> knows
    ) =>
        image is null
            ? null
            : siblings
                .Where(other =>
                    other.Status is { Candidate: { } made } status && made.Digest == image.Digest && knows(status)
                )
                .MaxBy(other => other.Number)
                ?.Status;

    /// <summary>
    /// Decides whether what was published may stay as it is: it serves, or waits for somebody. One that was given up,
    /// or hasn't proved itself yet, is made anew.
    /// </summary>
    private static bool MayStay(GemmaBaseImage image, GemmaBuild newest) =>
        newest.Status?.Application is not { } made
        || made.Digest == image.Status?.ServingImage?.Digest
        || (
            OnlyWaits.Contains(image.Status?.Held?.Reason, StringComparer.Ordinal)
            && image.Status?.RejectedDigests?.Contains(made.Digest, StringComparer.Ordinal) != true
        );
}
