using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>
/// Computes the fingerprints of a spec that leaves images to the operator, and recognises those that builds of any
/// release recorded: which images those were is the operator's affair, and another default is no change of the spec.
/// </summary>
internal sealed class InputHashes(
    GemmaBaseImageSpec spec,
    ParsedSpec content,
    BuildTemplate template,
    long? generation = null,
    string? defaults = null
)
{
    /// <summary>Is what releases recorded, as if the spec had named it, before they left defaults out.</summary>
    private const string RecordedExecutor = "ghcr.io/osscontainertools/kaniko:v1.28.3";

    /// <summary>Gets the fingerprint of the inputs and of how they are built.</summary>
    public string Attempt =>
        field ??= AttemptWith(LeavesExecutor(spec) ? Fingerprints.OperatorDefault : template.Build.ExecutorImage);

    /// <summary>Gets the fingerprint of what is made of the base image.</summary>
    public string Publish =>
        field ??= PublishWith(
            LeavesServer(spec) && template.Application is not null
                ? Fingerprints.OperatorDefault
                : template.Application?.ServerImage
        );

    /// <summary>Returns whether a spec leaves the executor's image to the operator.</summary>
    public static bool LeavesExecutor(GemmaBaseImageSpec spec) => spec.Build.ExecutorImage is null;

    /// <summary>Returns whether a spec leaves the server's image to the operator.</summary>
    public static bool LeavesServer(GemmaBaseImageSpec spec) => spec.Rollout.Server.Image.Length == 0;

    /// <summary>
    /// Returns whether an executor's image that a build recorded is, or may have been, the operator's own choice.
    /// </summary>
    public static bool MayBeDefaultExecutor(string image, BuildTemplate template) =>
        image == RecordedExecutor || image == template.Build.ExecutorImage;

    /// <summary>Returns whether a recorded fingerprint is of these inputs with a default of then.</summary>
    public bool IsAttempt(string? recorded) =>
        recorded == Attempt
        || (
            LeavesExecutor(spec)
            && (recorded == AttemptWith(template.Build.ExecutorImage) || recorded == AttemptWith(RecordedExecutor))
        );

    /// <summary>Returns whether a build is an attempt at these inputs.</summary>
    public bool IsAttemptedBy(GemmaBuild build) =>
        IsAttempt(build.Spec!.Resolved.AttemptHash)
        || (
            LeavesExecutor(spec)
            && IsUnchangedSince(build)
            && build.Spec.Resolved.AttemptHash == AttemptWith(build.Spec.Template.Build.ExecutorImage)
        )
        || (
            // The spec names now what the operator chose then.
            build.Spec.Template.Build.ExecutorImage == template.Build.ExecutorImage
            && build.Spec.Resolved.AttemptHash == AttemptWith(Fingerprints.OperatorDefault)
        );

    /// <summary>Returns whether a build makes of its base image what is asked for.</summary>
    public bool IsPublishedBy(GemmaBuild build)
    {
        var recorded = build.Spec!.Resolved.PublishHash;
        var image = template.Application?.ServerImage;
        return recorded == Publish
            || (image is not null && LeavesServer(spec) && recorded == PublishWith(image))
            || (
                image is not null
                && LeavesServer(spec)
                && IsUnchangedSince(build)
                && recorded == PublishWith(build.Spec.Template.Application?.ServerImage)
            )
            || (
                image is not null
                && build.Spec.Template.Application?.ServerImage == image
                && recorded == PublishWith(Fingerprints.OperatorDefault)
            );
    }

    /// <summary>Tells whether the spec was as it is when the build was made: what it leaves now it left then.</summary>
    private bool IsUnchangedSince(GemmaBuild build) =>
        build.Spec!.ImageRef.Generation == generation && build.Spec.ImageRef.Defaults == defaults;

    private string AttemptWith(string? executorImage) =>
        Fingerprints.Attempt(content, template, executorImage ?? RecordedExecutor);

    private string PublishWith(string? serverImage) => Fingerprints.Publish(template, serverImage);
}
