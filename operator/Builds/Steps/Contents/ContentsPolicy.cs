using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Contents;

/// <summary>Decides what is said of a candidate's packages in the conditions, and whether it has been said.</summary>
internal static class ContentsPolicy
{
    /// <summary>Decides whether nothing has been said yet of what the candidate holds.</summary>
    public static bool IsOpen(GemmaBuildStatus status) =>
        status.Conditions.All(c => c.Type != ConditionType.ContentsKnown);

    /// <summary>Notes what is known: the contents, or why there are none.</summary>
    public static GemmaBuildStatus Knowing(this GemmaBuildStatus status, BuildSnapshot s, KeptContents kept)
    {
        var conditions = new Conditions(status.Conditions, s.Build.Metadata.Generation ?? 0, s.Now);
        if (kept.Status is null)
        {
            conditions.False(ConditionType.ContentsKnown, kept.Reason, kept.Message);
        }
        else
        {
            conditions.True(ConditionType.ContentsKnown, kept.Reason, kept.Message);
        }

        return status with
        {
            Contents = kept.Status,
            Conditions = conditions.List,
        };
    }

    /// <summary>
    /// Returns what is known of a base image that is used again: its packages, and that they are those of the published
    /// one where it is that.
    /// </summary>
    public static KeptContents Reused(BuildSnapshot s, ImageStatus image) =>
        s.ReusedContents is not { } known
            ? new KeptContents(
                null,
                ImageReason.ContentsKnown.Unrecorded,
                "The base image is used again, and what it holds wasn't listed when it was built"
            )
        : s.Published is { Status: { Promoted.Digest: var digest } } published && digest == image.Digest
            ? KeptContents.Of(
                known with
                {
                    Comparison = ContentsComparison.Compared,
                    ComparedWith = published.Build.BuildName,
                    Added = 0,
                    Upgraded = 0,
                    Removed = 0,
                    Summary = ContentsDiff.None.Summary,
                    NewPackages = 0,
                    Changes = [],
                    SameAs = null,
                }
            )
        : KeptContents.Of(known with { SameAs = null });

    /// <summary>Says that nothing runs the candidate, so that nobody can list what it holds.</summary>
    public static KeptContents NotRun() =>
        new(
            null,
            ImageReason.ContentsKnown.NotRun,
            "The candidate isn't run (spec.verification.pullTest.enabled is false), and nothing else lists its packages"
        );
}
