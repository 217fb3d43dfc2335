using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Builds.Steps;

namespace GemmaOperator.BaseImages.Vulnerabilities;

/// <summary>Names a base image whose list of packages is scanned.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Build">The build that says where its list is; as seen of the platform.</param>
/// <param name="Platform">Whose list it is, of an image for several; null for an image for one.</param>
internal sealed record ScanTarget(string Digest, GemmaBuild Build, WireEnum<Platform>? Platform = null)
{
    /// <summary>Gets whether its list names source packages; without them scanners find too little.</summary>
    public bool HasSources => Build.Status?.Contents?.Sbom?.Sources == true;

    /// <summary>Returns what is published; null while nothing is, or its build is gone.</summary>
    public static ScanTarget? Published(ImageSnapshot s) =>
        s.LatestGoodBuild?.Status?.Promoted?.Digest is { Length: > 0 } digest ? Of(s, digest) : null;

    /// <summary>Returns what serves; what is published where nothing serves by itself.</summary>
    public static ScanTarget? Serving(ImageSnapshot s) =>
        ServingDigest(s.Image, s.Builds) is { } digest ? Of(s, digest) : null;

    /// <summary>Returns the digest of the base image that serves; null while none does, or its build is gone.</summary>
    /// <param name="image">The object.</param>
    /// <param name="builds">Its builds, in any order.</param>
    public static string? ServingDigest(GemmaBaseImage image, IReadOnlyList<GemmaBuild> builds) =>
        (
            image is { Spec.Rollout.Mode: { } mode } && mode == RolloutMode.Managed
                ? builds
                    .FirstOrDefault(b =>
                        b.HasSucceeded
                        && b.Status?.Application?.Digest is { Length: > 0 } application
                        && application == image.Status?.ServingImage?.Digest
                    )
                    ?.Status?.Promoted
                : image.Status?.LatestImage
        )
            is { Digest: { Length: > 0 } digest }
            ? digest
            : null;

    /// <summary>
    /// Returns what is to be scanned: what is published, and what serves where that is another one; of an image for
    /// several platforms the list of each.
    /// </summary>
    public static IReadOnlyList<ScanTarget> All(ImageSnapshot s) =>
        [
            .. new[] { Published(s), Serving(s) }
                .OfType<ScanTarget>()
                .DistinctBy(t => t.Digest, StringComparer.Ordinal)
                .SelectMany(t => Lists(s, t)),
        ];

    /// <summary>Tells whether this is what is noted of the list.</summary>
    public bool IsOf(ScannedImage noted) => noted.Digest == Digest && noted.Platform == Platform;

    private static ScanTarget? Of(ImageSnapshot s, string digest) =>
        Best(Makers(s, digest).Select(b => new ScanTarget(digest, b)));

    private static IEnumerable<ScanTarget> Lists(ImageSnapshot s, ScanTarget image) =>
        image.Build.Spec?.Template is { IsForSeveral: true } template
            ? template
                .AllPlatforms.Select(platform =>
                    Best(
                        Makers(s, image.Digest)
                            .Select(b => new ScanTarget(image.Digest, PlatformPart.Of(b, platform), platform))
                    )
                )
                .OfType<ScanTarget>()
            : [image];

    private static IEnumerable<GemmaBuild> Makers(ImageSnapshot s, string digest) =>
        s.Builds.Where(b => b.HasSucceeded && b.Status?.Promoted?.Digest == digest);

    /// <summary>Several builds may have published one image: the newest with a usable list says most.</summary>
    private static ScanTarget? Best(IEnumerable<ScanTarget> targets) =>
        targets
            .OrderByDescending(t => t.HasSources)
            .ThenByDescending(t => t.Build.Status?.Contents?.Sbom?.Digest is not null)
            .FirstOrDefault();
}
