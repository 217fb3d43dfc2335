using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Builds.Steps;

/// <summary>Says whether somebody has approved what a build brings, as the object asks for.</summary>
/// <param name="IsGiven">Whether somebody has.</param>
/// <param name="Command">The command that does.</param>
internal sealed record PackageApproval(bool IsGiven, string Command)
{
    /// <summary>
    /// Reads it from the object as it is now: who sets the policy back to Allow has approved as well. Returns null
    /// where nobody asks for it.
    /// </summary>
    public static PackageApproval? Of(GemmaBaseImage image, GemmaBuild build)
    {
        if (image.Spec?.Verification.NewPackages.Value != NewPackagesPolicy.Approve)
        {
            return null;
        }

        var approved =
            image.Metadata.Annotations is { } annotations
            && annotations.TryGetValue(ApiGroup.ApproveAnnotation, out var name)
            && name == build.BuildName;
        return new PackageApproval(
            approved,
            $"kubectl annotate gemmabaseimage {image.Metadata.Name} -n {image.Metadata.NamespaceProperty} "
                + $"{ApiGroup.ApproveAnnotation}={build.BuildName} --overwrite"
        );
    }
}
