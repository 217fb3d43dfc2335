using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;

namespace KubectlGemma.Images;

/// <summary>Holds what cluster and registry say of one image.</summary>
internal sealed record ProvenanceFacts
{
    /// <summary>Gets the image that is asked about, by digest.</summary>
    public required ImageReference Image { get; init; }

    /// <summary>Gets the build that made it.</summary>
    public required GemmaBuild Build { get; init; }

    /// <summary>Gets the object whose build that is; null when it is gone.</summary>
    public GemmaBaseImage? Owner { get; init; }

    /// <summary>Gets the image as the registry has it.</summary>
    public required Answer<ImageContent> There { get; init; }

    /// <summary>Gets the base image that it stands on, of an application image; null of a base image.</summary>
    public Answer<ImageContent>? Base { get; init; }

    /// <summary>Gets the build that listed the packages of the base image; null when none did.</summary>
    public GemmaBuild? ListedBy { get; init; }

    /// <summary>Gets the list of packages that that build recorded; null when it recorded none.</summary>
    public Answer<byte[]>? Document { get; init; }

    /// <summary>Gets what the alias tags stand for; null of one that the object has no more.</summary>
    public IReadOnlyList<(ImageTag Tag, Answer<ImageDigest>? At)> Tags { get; init; } = [];

    /// <summary>Gets whether it is the image that serves, made of the base image and the server.</summary>
    public bool IsApplication =>
        Build.Status?.Application?.Digest == Image.Digest!.ToString() && Image.Digest!.ToString() != BaseDigest;

    /// <summary>Gets the digest of the base image.</summary>
    public string? BaseDigest => BaseOf(Build)?.Digest;

    /// <summary>Returns the base image of a build.</summary>
    public static ImageStatus? BaseOf(GemmaBuild build) => build.Status?.Promoted ?? build.Status?.Candidate;

    /// <summary>Tells whether an object still keeps this alias tag where a build of it moved it.</summary>
    public static bool Keeps(GemmaBaseImage? owner, GemmaBuild build, string alias) =>
        owner?.Spec?.Output is { } output
        && output.Repository == build.Spec!.Template.Output.Repository
        && output.AliasTags.Contains(alias, StringComparer.Ordinal);

    /// <summary>Finds the build that listed the packages of another's base image: its own, where it did.</summary>
    public static GemmaBuild? ListerOf(IEnumerable<GemmaBuild> builds, GemmaBuild build) =>
        build.Status?.Contents is not null
            ? build
            : builds
                .Where(b => b.Metadata.NamespaceProperty == build.Metadata.NamespaceProperty)
                .Where(b => b.Status?.Contents is not null && BaseOf(b)?.Digest == BaseOf(build)?.Digest)
                .MinBy(b => b.Number);

    /// <summary>Finds the build that made an image; null when none of these did.</summary>
    /// <param name="builds">Builds that may be seen.</param>
    /// <param name="digest">The image's digest.</param>
    public static GemmaBuild? MakerOf(IEnumerable<GemmaBuild> builds, string digest)
    {
        var all = builds.OrderBy(b => b.Number).ToList();
        return
            // Builds that only confirm an image, or reuse it, name it, too.
            all.FirstOrDefault(b => !b.IsUnchanged && !b.ReusesBase && BaseOf(b)?.Digest == digest)
            ?? all.FirstOrDefault(b => !b.IsUnchanged && b.Status?.Application?.Digest == digest)
            ?? all.FirstOrDefault(b => BaseOf(b)?.Digest == digest || b.Status?.Application?.Digest == digest);
    }
}
