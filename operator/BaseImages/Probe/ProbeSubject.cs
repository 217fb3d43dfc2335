using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Builds.Inputs.Updates;

namespace GemmaOperator.BaseImages.Probe;

/// <summary>Holds the published base image that can be asked which packages a build would bring.</summary>
/// <param name="Build">The newest build, which has made or confirmed it.</param>
/// <param name="Image">The image.</param>
internal sealed record ProbeSubject(GemmaBuild Build, ImageStatus Image)
{
    /// <summary>Finds it; returns null where there is none, or only a build can tell.</summary>
    public static ProbeSubject? Find(ImageSnapshot s) =>
        s.Inputs is BuildRequest.Known
        && UnsupportedBecause(s) is null
        && s.LatestBuild is { HasSucceeded: true, Status.Promoted: { } image } newest
        && s.IsOfPresentSpec(newest)
            ? new ProbeSubject(newest, image)
            : null;

    /// <summary>
    /// Says why nobody can be asked until the spec or the image is another one; null when nothing is known to be in the
    /// way.
    /// </summary>
    public static string? UnsupportedBecause(ImageSnapshot s)
    {
        if (s.Spec.Dockerfile is not null)
        {
            return "spec.dockerfile is the team's own, and what that brings only a build can tell";
        }

        // What was built must not get what only the step that installs may read.
        if (s.Spec.Requirements?.IndexCredentialsRef is not null)
        {
            return "spec.requirements.indexCredentialsRef is for the step that installs alone";
        }

        if (s.Spec.Build.CaBundleRef is not null)
        {
            return "spec.build.caBundleRef is trusted by builds, not by the image itself";
        }

        if (s.LatestGoodBuild is not { Status: { } made } build)
        {
            return null;
        }

        if (made.Contents is null)
        {
            return $"build {build.BuildName} couldn't list what its image holds";
        }

        return
            SystemUpdates.Of(s.Spec).Policy != SystemUpdatePolicy.None
            && made.Verification?.SystemUpdates is { } updates
            && WireEnum<SystemUpdatesResult>.Read(updates.Result).Value == SystemUpdatesResult.Unsupported
            ? $"the base of build {build.BuildName} has "
                + (
                    updates.PackageManager is { Length: > 0 } manager && manager != "apt-get"
                        ? $"{manager}, and only apt is spoken to"
                        : "no repository that apt could ask"
                )
            : null;
    }
}
