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
            .. ImagesOf(old)
                .Where(image => image.Build == old.BuildName && image.Digest.Length > 0 && !used.Contains(image.Digest))
                .Where(image => IndexOf(old, image) is not { } index || !used.Contains(index.Digest))
                .DistinctBy(image => image.Digest),
        ];
    }

    /// <summary>
    /// Returns the index of the same build that names an image; null where none does. While the index is there, so must
    /// the image be.
    /// </summary>
    public static ImageStatus? IndexOf(GemmaBuild build, ImageStatus image)
    {
        var status = build.Status!;
        var platforms = status.Platforms ?? [];
        return platforms.Any(p => p.Candidate?.Digest == image.Digest) ? status.Candidate
            : platforms.Any(p => p.Application?.Digest == image.Digest) ? status.Application
            : null;
    }

    /// <summary>Lists a build's images, an index before those that it names: registries may keep them for it.</summary>
    private static IEnumerable<ImageStatus> ImagesOf(GemmaBuild build) =>
        new[] { build.Status?.Candidate, build.Status?.Application, build.Status?.Discarded }
            .Concat((build.Status?.Platforms ?? []).SelectMany(p => new[] { p.Candidate, p.Application, p.Discarded }))
            .OfType<ImageStatus>();

    /// <summary>
    /// Returns the images that a build gave up since they hold what is published; none that anything known names.
    /// </summary>
    public static IReadOnlyList<ImageStatus> Discarded(
        GemmaBuild build,
        IEnumerable<GemmaBuild> builds,
        IEnumerable<GemmaBaseImage> images
    ) =>
        [
            .. Decide(build, builds, images)
                .Where(image =>
                    image.Digest == build.Status?.Discarded?.Digest
                    || build.Status?.Platforms?.Any(p => p.Discarded?.Digest == image.Digest) == true
                ),
        ];

    private static IEnumerable<string?> DigestsOf(GemmaBuild build) =>
        [
            build.Status?.Candidate?.Digest,
            build.Status?.Promoted?.Digest,
            build.Status?.Application?.Digest,
            .. (build.Status?.Platforms ?? []).SelectMany(p => new[] { p.Candidate?.Digest, p.Application?.Digest }),
            build.Spec?.Template.ReuseBase?.Digest,
            // An image may be the base of another object's.
            build.Spec?.Resolved.BaseDigest,
            // Once a patch has been pushed, its manifest names all layers, and needs no other.
            .. build.Spec?.Patch is { } patch && !build.IsFinished
                ? (patch.Platforms ?? []).Select(p => p.Of.Digest).Append(patch.Of.Digest)
                : [],
        ];

    private static IEnumerable<string?> DigestsOf(GemmaBaseImage image) =>
        [
            image.Status?.LatestImage?.Digest,
            image.Status?.ServingImage?.Digest,
            image.Status?.PreviousImage?.Digest,
            image.Status?.ResolvedBase?.Digest,
        ];
}
