using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>Makes the tag that a build pushes before it is promoted.</summary>
internal static class CandidateTag
{
    /// <summary>
    /// Returns <c>b42-0123456789ab</c>: sortable by version, unique by the image's uid, the build's number and its
    /// inputs, and the same for every attempt of one build. It has at most 33 characters, all of them allowed in a tag.
    /// One platform's image of a build for several has the platform's architecture behind it.
    /// </summary>
    public static ImageTag Of(GemmaBuildSpec build)
    {
        var hash = new Fingerprint()
            .With("uid", build.ImageRef.Uid)
            .With("number", build.Number.ToString(CultureInfo.InvariantCulture))
            .With("inputs", build.Resolved.InputsHash)
            .With("base", build.Resolved.BaseDigest)
            .With("epoch", build.Resolved.CacheEpoch);
        return ImageTag.Parse(
            string.Create(CultureInfo.InvariantCulture, $"b{build.Number}-{hash.Hex(12)}")
                + ImagePlatform.Suffix(build.Template)
        );
    }

    /// <summary>Returns the tag of one platform's image beside that of the index that names it.</summary>
    public static ImageTag OfPlatform(ImageTag whole, WireEnum<Platform> platform) =>
        ImageTag.Parse($"{whole}-{ImagePlatform.Architecture(platform)}");

    /// <summary>
    /// Returns the tag of an attempt that finds the build's own taken by the image of an earlier one.
    /// </summary>
    public static ImageTag OfAttempt(ImageTag own, int attempt) =>
        ImageTag.Parse(string.Create(CultureInfo.InvariantCulture, $"{own}-a{attempt}"));

    /// <summary>Returns the tag of an image that finds the build's own taken by one with other content.</summary>
    public static ImageTag OfContent(ImageTag own, ImageDigest digest) => ImageTag.Parse($"{own}-{digest.Hex[..8]}");
}
