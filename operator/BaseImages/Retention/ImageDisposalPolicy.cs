using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;

namespace GemmaOperator.BaseImages.Retention;

/// <summary>Decides which images of a build that leaves the history are nobody's any more.</summary>
internal static class ImageDisposalPolicy
{
    /// <summary>
    /// Returns the build's own images, base and application, that nothing known still names. An image that it
    /// only reused isn't its own.
    /// </summary>
    /// <param name="old">The build that goes.</param>
    /// <param name="builds">All builds of all namespaces that are known; it may be among them.</param>
    /// <param name="images">All GemmaBaseImages that are known.</param>
    public static IReadOnlyList<ImageStatus> Decide(
        GemmaBuild old,
        IEnumerable<GemmaBuild> builds,
        IEnumerable<GemmaBaseImage> images
    )
    {
        var used = builds
            .Where(b => b.Metadata.Uid != old.Metadata.Uid)
            .SelectMany(DigestsOf)
            .Concat(images.SelectMany(DigestsOf))
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. new[] { old.Status?.Candidate, old.Status?.Application, old.Status?.Discarded }
                .OfType<ImageStatus>()
                .Where(image => image.Build == old.BuildName && image.Digest.Length > 0 && !used.Contains(image.Digest))
                .DistinctBy(image => image.Digest),
        ];
    }

    /// <summary>
    /// Returns the image that a build gave up since it holds what is published; none where anything known names it.
    /// </summary>
    public static IReadOnlyList<ImageStatus> Discarded(
        GemmaBuild build,
        IEnumerable<GemmaBuild> builds,
        IEnumerable<GemmaBaseImage> images
    ) => [.. Decide(build, builds, images).Where(image => image.Digest == build.Status?.Discarded?.Digest)];

    private static IEnumerable<string?> DigestsOf(GemmaBuild build) =>
        [
            build.Status?.Candidate?.Digest,
            build.Status?.Promoted?.Digest,
            build.Status?.Application?.Digest,
            build.Spec?.Template.ReuseBase?.Digest,
            // An image may be the base of another object's.
            build.Spec?.Resolved.BaseDigest,
            // Once a patch has been pushed, its manifest names all layers, and needs no other.
            build.IsFinished
                ? null
                : build.Spec?.Patch?.Of.Digest,
        ];

    private static IEnumerable<string?> DigestsOf(GemmaBaseImage image) =>
        [
            image.Status?.LatestImage?.Digest,
            image.Status?.ServingImage?.Digest,
            image.Status?.PreviousImage?.Digest,
            image.Status?.ResolvedBase?.Digest,
        ];
}
