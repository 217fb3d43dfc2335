using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Builds.Steps;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>Counts the patches in a row that a published image stands on.</summary>
internal static class PatchLayers
{
    /// <summary>Returns how many; of an image for several platforms, of the one with the most.</summary>
    /// <param name="s">All facts.</param>
    /// <param name="maker">The build that made the image; null where it isn't known, which counts as none.</param>
    public static int Of(ImageSnapshot s, GemmaBuild? maker) =>
        maker?.Spec is not { Patch: { } patch } spec ? 0
        : spec.Template.IsForSeveral ? spec.Template.AllPlatforms.Max(platform => Of(s, maker, platform))
        : patch.Layers;

    /// <summary>
    /// Returns how many one platform's image stands on, which is that of an earlier build where nothing moved for it.
    /// Where that has left the history, it counts as one more, which errs to building everything.
    /// </summary>
    public static int Of(ImageSnapshot s, GemmaBuild? maker, WireEnum<Platform> platform)
    {
        if (maker?.Spec?.Patch is null)
        {
            return 0;
        }

        var by = PlatformPart.Find(maker.Status!, platform).Candidate?.Build;
        var own = s.Builds.FirstOrDefault(b => b.BuildName == by) ?? maker;
        return PlatformPart.Of(own.Spec!, platform).Patch?.Layers ?? 0;
    }
}
