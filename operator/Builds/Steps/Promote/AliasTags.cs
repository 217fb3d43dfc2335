using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.References;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Promote;

/// <summary>
/// Says in the status of a build how its alias tags are, and when those that can't move are tried again.
/// </summary>
internal static class AliasTags
{
    public const string Field = "spec.output.aliasTags";

    /// <summary>Gets the tags that a build declares.</summary>
    public static IReadOnlyList<ImageTag> Of(BuildSnapshot s) =>
        [.. s.Spec.Template.Output.AliasTags.Select(ImageTag.Parse)];

    /// <summary>Gets the condition that tells of them; null where there are none, or nothing was tried yet.</summary>
    public static V1Condition? Condition(GemmaBuildStatus status) =>
        status.Conditions.FirstOrDefault(c => c.Type == ConditionType.AliasTagsCurrent);

    /// <summary>Returns when those that couldn't move are tried again (UTC); null when nothing is announced.</summary>
    public static DateTime? RetryAt(GemmaBuildStatus status) => Line(status)?.RetryAt;

    /// <summary>Folds what became of them into the status of a build that ends well, or has.</summary>
    public static GemmaBuildStatus Told(this GemmaBuildStatus status, BuildSnapshot s, PromotedImage result)
    {
        var conditions = new Conditions(status.Conditions, s.Build.Metadata.Generation ?? 0, s.Now);
        var tags = string.Join(", ", Of(s));
        var tries = Line(status)?.Attempts ?? 0;
        DateTime? next = null;
        if (tags.Length == 0)
        {
            conditions.Remove(ConditionType.AliasTagsCurrent);
        }
        else if (result.Problem is { } problem)
        {
            var uid = s.Build.Metadata.Uid ?? "";
            next = Conditions.WholeSeconds(result.At + SlowRetry.After(tries, uid, problem.IsTransient));
            conditions.False(
                ConditionType.AliasTagsCurrent,
                problem.Reason,
                $"{Field}: {problem.Message}. {problem.Remedy} The image is good and used by its digest; "
                    + $"the tag is tried again at {next:yyyy-MM-dd HH:mm:ss} UTC, and when spec or Secret change"
            );
        }
        else
        {
            conditions.True(
                ConditionType.AliasTagsCurrent,
                ImageReason.AliasTagsCurrent.TagsMoved,
                $"{tags} at {s.Candidate?.Reference}"
            );
        }

        return status with
        {
            Conditions = conditions.List,
            CredentialsVersion = next is null ? status.CredentialsVersion : s.CredentialsVersion,
            Steps =
            [
                .. status.Steps.Select(line =>
                    line.Name == StepLog.Promote
                        ? line with
                        {
                            Attempts = next is null ? null : tries + 1,
                            RetryAt = next,
                        }
                        : line
                ),
            ],
        };
    }

    /// <summary>
    /// Renders the event that a tag can't move; null when it was told with this reason, or all have moved.
    /// </summary>
    public static EventText? Tell(BuildSnapshot s, PromotedImage result) =>
        result.Problem is { } problem && Condition(s.Status)?.Reason != problem.Reason
            ? new EventText(
                true,
                problem.Reason,
                "Promote",
                $"{Field}: {problem.Message}. {problem.Remedy} The image is good and used by its digest."
            )
            : null;

    private static BuildStepStatus? Line(GemmaBuildStatus status) =>
        status.Steps.FirstOrDefault(line => line.Name == StepLog.Promote);
}
