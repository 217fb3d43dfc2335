using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Proof;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Decides what is said of the builds that have ended.</summary>
internal static class BuildRules
{
    /// <summary>Speaks of the newest build that has ended; returns null until one has.</summary>
    public static Finding? Succeeded(ConditionFacts f) =>
        f.Seen.Builds.FirstOrDefault(b => b.IsFinished && !b.IsSuperseded) switch
        {
            null => null,
            { Succeeded: { Status: "False" } why } ended => Finding.False(
                why.Reason,
                $"Build {ended.BuildName}: {why.Message}"
            ),
            { IsUnchanged: true, Succeeded: { } said } same => Finding.True(
                ImageReason.BuildSucceeded.NothingChanged,
                $"Build {same.BuildName}: {said.Message}"
            ),
            var ended => Finding.True(ImageReason.BuildSucceeded.Completed, $"Build {ended.BuildName} is published"),
        };

    /// <summary>
    /// Speaks of the alias tags of the newest good build; returns null where the spec declares none, or nothing was
    /// published yet. A build of a release that didn't tell succeeded only where all had moved.
    /// </summary>
    public static Finding? AliasTags(ConditionFacts f) =>
        f.Seen is { Spec.Output.AliasTags.Count: > 0, LatestGoodBuild: { Status: { } status } good }
        && good.Spec!.Template.Output.AliasTags.Count > 0
            ? status.Conditions.FirstOrDefault(c => c.Type == ConditionType.AliasTagsCurrent) switch
            {
                { Status: "False" } stuck => Finding.False(stuck.Reason, $"Build {good.BuildName}: {stuck.Message}"),
                { } moved => Finding.True(moved.Reason, $"Build {good.BuildName}: {moved.Message}"),
                null => Finding.True(
                    ImageReason.AliasTagsCurrent.TagsMoved,
                    $"Build {good.BuildName}: {string.Join(", ", good.Spec!.Template.Output.AliasTags)} at "
                        + status.Promoted?.Reference
                ),
            }
            : null;

    /// <summary>Speaks of the newest candidate that was proved or rejected; returns null until one was.</summary>
    public static Finding? Verified(ConditionFacts f) =>
        f.Seen.Builds.FirstOrDefault(b => b.IsVerified || b.IsRejected) switch
        {
            null => null,
            { IsRejected: true, Status.Failure: { } failure } build => Finding.False(
                failure.Reason,
                $"Build {build.BuildName}: {failure.Message}"
            ),
            var build => Finding.True(
                ImageReason.Verified.AllChecksPassed,
                $"Build {build.BuildName}: {VerifiedText.Render(build.Status!.Verification!)}"
            ),
        };
}
