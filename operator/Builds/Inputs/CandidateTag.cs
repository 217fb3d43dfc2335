using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>Makes the tag that a build pushes before it is promoted.</summary>
internal static class CandidateTag
{
    /// <summary>
    /// Returns <c>b42-0123456789ab</c>: sortable by version, unique by the image's uid, the build's number and its
    /// inputs, and the same for every attempt of one build. It has at most 33 characters, all of them allowed in a tag.
    /// </summary>
    public static ImageTag Of(GemmaBuildSpec build)
    {
        var hash = new Fingerprint()
            .With("uid", build.ImageRef.Uid)
            .With("number", build.Number.ToString(CultureInfo.InvariantCulture))
            .With("inputs", build.Resolved.InputsHash)
            .With("base", build.Resolved.BaseDigest)
            .With("epoch", build.Resolved.CacheEpoch);
        return ImageTag.Parse(string.Create(CultureInfo.InvariantCulture, $"b{build.Number}-{hash.Hex(12)}"));
    }

    /// <summary>
    /// Returns the tag of an attempt that finds the build's own taken by the image of an earlier one.
    /// </summary>
    public static ImageTag OfAttempt(ImageTag own, int attempt) =>
        ImageTag.Parse(string.Create(CultureInfo.InvariantCulture, $"{own}-a{attempt}"));

    /// <summary>Returns the tag of an image that finds the build's own taken by one with other content.</summary>
    public static ImageTag OfContent(ImageTag own, ImageDigest digest) => ImageTag.Parse($"{own}-{digest.Hex[..8]}");
}
