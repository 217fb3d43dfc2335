using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Locks;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Contents;

/// <summary>
/// Decides whether a candidate is what is published already, so that nothing need move. Whatever can't be compared is
/// a difference: on doubt it is a build as any other.
/// </summary>
internal static class UnchangedPolicy
{
    /// <summary>
    /// Decides it from what is recorded: packages, base digest, and all that a user asked for. What the registry must
    /// be asked besides is <see cref="PublishedImageReader"/>'s.
    /// </summary>
    public static bool MayBe(BuildSnapshot s, PackageList list) =>
        s.Published is { MayStay: true, Status: { Promoted: not null, Contents: { } then } status } published
        && list.IsWhole
        && then is { Unreadable: 0, Unsupported.Count: 0 }
        && (then.Fingerprint, then.Inputs) == (list.Fingerprint, InputsOf(s.Spec))
        && s.Spec.Template.ReuseBase is null
        && VersionsSayAll(s.Spec.Resolved.Fields)
        && s.Spec.Template.Application is null == status.Application is null
        && IsSame(published.Build.Spec!, s.Spec);

    /// <summary>Decides whether the build ends now, all that it had to prove being proved.</summary>
    public static PublishedBuild? Find(BuildSnapshot s) =>
        s.Status.Contents?.SameAs is { } same
        && s.Published is { MayStay: true } published
        && published.Build.BuildName == same
            ? published
            : null;

    /// <summary>
    /// Returns the fingerprint of all that goes into a base image: the texts, too, since what the operator itself puts
    /// into them is in the image and in no other fingerprint; a patch has that of the image below. It is noted with the
    /// contents, because a finished build is cached without its texts, and a base image that is used again was built
    /// from those of another build.
    /// </summary>
    public static string InputsOf(GemmaBuildSpec spec) =>
        spec.Patch?.Inputs
        ?? new Fingerprint()
            .With("base", spec.Resolved.BaseReference)
            .With("digest", spec.Resolved.BaseDigest)
            .With("dockerfile", spec.Resolved.Dockerfile)
            .With("requirements", spec.Resolved.Requirements)
            .With("inputs", spec.Resolved.InputsHash)
            .With("platform", spec.Template.Platform.Text)
            .ToString();

    /// <summary>
    /// Tells whether packages of equal versions are equal. PyPI takes no file twice; another index may, and only hashes
    /// tell then.
    /// </summary>
    private static bool VersionsSayAll(IReadOnlyDictionary<string, string> fields) =>
        fields.ContainsKey(IndexUrl.HashesField)
        || fields.ContainsKey(LockFile.Field)
        || (!fields.ContainsKey(IndexUrl.Field) && !fields.ContainsKey(IndexUrl.ExtraField));

    /// <summary>Compares how the image is built, and what is made of it and where.</summary>
    private static bool IsSame(GemmaBuildSpec then, GemmaBuildSpec now) =>
        (then.Resolved.AttemptHash, then.Resolved.PublishHash) == (now.Resolved.AttemptHash, now.Resolved.PublishHash)
        && then.Template.Output.Repository == now.Template.Output.Repository;
}
