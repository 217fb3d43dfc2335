using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness.Schedule;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Names what a good image still waits for before it may take the place of the one that serves.</summary>
/// <param name="Reason">One of <see cref="ImageReason.Reconciling"/>.</param>
/// <param name="Message">For people: what it waits for, and what would open it.</param>
/// <param name="Build">Name of the build that waits.</param>
/// <param name="Until">When it opens by itself (UTC); null when it doesn't.</param>
internal sealed record RolloutGate(string Reason, string Message, string Build, DateTime? Until)
{
    /// <summary>Renders the command that opens the gate for a build.</summary>
    public static string Approve(ImageSnapshot s, string build) =>
        $"kubectl annotate gemmabaseimage {s.Image.Metadata.Name} -n {s.Image.Metadata.NamespaceProperty} "
        + $"{ApiGroup.ApproveAnnotation}={build} --overwrite";

    /// <summary>Returns null when the way is free.</summary>
    public static RolloutGate? Find(ImageSnapshot s, ImageStatus candidate) =>
        Approval(s, candidate) ?? Window(s, candidate);

    private static RolloutGate? Approval(ImageSnapshot s, ImageStatus candidate)
    {
        if (s.Spec.Rollout.Approval != RolloutApproval.Manual)
        {
            return null;
        }

        var meta = s.Image.Metadata;
        var approved =
            meta.Annotations is { } annotations && annotations.TryGetValue(ApiGroup.ApproveAnnotation, out var value)
                ? value
                : null;
        return approved == candidate.Build
            ? null
            : new RolloutGate(
                ImageReason.Reconciling.AwaitingApproval,
                $"Build {candidate.Build} is published and waits for approval"
                    + (string.IsNullOrEmpty(approved) ? ": " : $" (approved is '{approved}'): ")
                    + Approve(s, candidate.Build ?? ""),
                candidate.Build ?? "",
                Until: null
            );
    }

    /// <summary>The first rollout disturbs nobody.</summary>
    private static RolloutGate? Window(ImageSnapshot s, ImageStatus candidate)
    {
        if (
            s.Spec.Rollout.Window is not { Schedule.Length: > 0 } window
            || (s.Status.ServingImage is null && s.Workload.Deployment is null)
            || CronSchedule.Parse(window.Schedule, window.TimeZone, "spec.rollout.window", out _) is not { } schedule
        )
        {
            return null;
        }

        var (isOpen, opens) = OpenWindow.At(schedule, window.Duration.Span, new DateTimeOffset(s.Now));
        return isOpen
            ? null
            : new RolloutGate(
                ImageReason.Reconciling.AwaitingWindow,
                $"Build {candidate.Build} is published and waits for spec.rollout.window"
                    + (
                        opens is { } at
                            ? $", which opens at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC"
                            : ", which never opens again"
                    ),
                candidate.Build ?? "",
                opens?.UtcDateTime
            );
    }
}
