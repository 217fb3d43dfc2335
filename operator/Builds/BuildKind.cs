using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Patching;

namespace GemmaOperator.Builds;

/// <summary>Says how much of an image a build makes, in words for metrics, events and terminals.</summary>
internal static class BuildKind
{
    /// <summary>Names a build that makes everything.</summary>
    public const string Full = "full";

    /// <summary>Names one that puts packages onto the published image.</summary>
    public const string Patch = "patch";

    /// <summary>Names one that makes no base image.</summary>
    public const string Reuse = "reuse";

    /// <summary>Returns the name.</summary>
    public static string Of(GemmaBuild build) =>
        build.ReusesBase ? Reuse
        : build.IsPatch ? Patch
        : Full;

    /// <summary>
    /// Renders what a patch is put onto, or why everything is built; null where patches aren't asked for.
    /// </summary>
    public static string? Describe(GemmaBuildSpec spec) =>
        spec switch
        {
            { Patch: { } patch } => string.Create(
                CultureInfo.InvariantCulture,
                $"packages are put onto the image of {patch.Of.Build}, patch {patch.Layers} since {patch.FullBuild}"
            ),
            { FullBuildReason: { } why } => $"everything is built, {why.Text}: {Explain(why.Value)}",
            _ => null,
        };

    /// <summary>Explains why everything is built.</summary>
    public static string Explain(FullBuildReason? why) =>
        why switch
        {
            FullBuildReason.OwnDockerfile => "what a Dockerfile of one's own does can't be patched",
            FullBuildReason.NotForPackages => "it is due for more than packages",
            FullBuildReason.NothingToPatch => "there is no published image that a patch could bring anything to",
            FullBuildReason.PublishedRejected => "what is published failed its rollout",
            FullBuildReason.InputsDiffer =>
                "the published image was made from something else, or it isn't known from what",
            FullBuildReason.SameEpoch => "layers come from the cache (spec.build.cache.refresh)",
            FullBuildReason.PatchFailed => "a patch of this image has failed",
            FullBuildReason.NotBrought => "a build before hasn't brought what this one is for",
            FullBuildReason.MaxLayers => "there are spec.patching.maxLayers patches in a row",
            FullBuildReason.FullRebuildInterval => "the last build of everything is older than "
                + "spec.patching.fullRebuildInterval",
            FullBuildReason.SeveralPlatforms => "the release that made it didn't patch images for several platforms",
            _ => "for a reason that this version doesn't know",
        };
}
