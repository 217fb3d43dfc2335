using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Notifications;
using GemmaOperator.Api.Words;
using GemmaOperator.Notifications;
using k8s.Models;

namespace GemmaOperator.BaseImages.Notifications;

/// <summary>Decides what people are told of: what a new status says that the old one didn't.</summary>
internal static class ImageNews
{
    /// <param name="before">As it was.</param>
    /// <param name="after">As it is written.</param>
    /// <param name="builds">The object's builds, newest first.</param>
    /// <param name="now">Now (UTC).</param>
    public static IEnumerable<News> Between(
        GemmaBaseImageStatus before,
        GemmaBaseImageStatus after,
        IReadOnlyList<GemmaBuild> builds,
        DateTime now
    ) =>
        [
            .. Ended(before, after, builds, now),
            .. RolledBack(before, after),
            .. Serving(before, after, builds),
            .. Approval(before, after, builds),
            .. PackageApproval(before, after, builds),
            .. Stalled(before, after),
            .. Overdue(before, after),
        ];

    /// <summary>Builds that have ended since; one that was stopped, or gave way, is nobody's news.</summary>
    private static IEnumerable<News> Ended(
        GemmaBaseImageStatus before,
        GemmaBaseImageStatus after,
        IReadOnlyList<GemmaBuild> builds,
        DateTime now
    )
    {
        var known = (before.RecentBuilds ?? [])
            .Where(b => b.Result != RecentBuild.Running)
            .Select(b => b.Name)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var line in (after.RecentBuilds ?? []).Reverse())
        {
            if (
                line.Result == RecentBuild.Running
                || known.Contains(line.Name)
                || builds.FirstOrDefault(b => b.BuildName == line.Name) is not { IsSuperseded: false } build
                || line.Result == ImageReason.BuildSucceeded.Canceled
                || build.Status?.CompletionTime is not { } ended
                || ended <= now - Outbox.Patience
            )
            {
                continue;
            }

            yield return new News(
                build.HasSucceeded ? NotificationEvent.BuildSucceeded : NotificationEvent.BuildFailed,
                line.Result,
                build.Succeeded?.Message ?? ""
            )
            {
                Build = line.Name,
                Image = (build.Status.Promoted ?? build.Status.Candidate)?.Reference,
                Changes = build.Status.Contents?.Summary,
            };
        }
    }

    private static IEnumerable<News> Serving(
        GemmaBaseImageStatus before,
        GemmaBaseImageStatus after,
        IReadOnlyList<GemmaBuild> builds
    ) =>
        after.ServingImage is { } serves && serves.Digest != before.ServingImage?.Digest
            ?
            [
                new News(NotificationEvent.RolloutSucceeded, ImageReason.Ready.Serving, $"{serves.Reference} serves")
                {
                    Build = serves.Build,
                    Image = serves.Reference,
                    Changes = ChangesOf(builds, serves.Build),
                },
            ]
            : [];

    private static IEnumerable<News> RolledBack(GemmaBaseImageStatus before, GemmaBaseImageStatus after)
    {
        if ((after.RejectedDigests ?? []).Except(before.RejectedDigests ?? [], StringComparer.Ordinal).Any())
        {
            yield return new News(
                NotificationEvent.RolledBack,
                ImageReason.Stalled.RolledBack,
                after.Rollout?.LastFailure ?? "The newest image was given up"
            )
            {
                Build = after.LatestImage?.Build,
                Image = after.ServingImage?.Reference,
            };
        }

        if (
            after.RejectedSettings is { } settings
            && (settings.Hash, settings.Digest) != (before.RejectedSettings?.Hash, before.RejectedSettings?.Digest)
        )
        {
            yield return new News(
                NotificationEvent.RolledBack,
                ImageReason.Stalled.SettingsRolledBack,
                settings.Message
            )
            {
                Image = after.ServingImage?.Reference,
            };
        }
    }

    private static IEnumerable<News> Approval(
        GemmaBaseImageStatus before,
        GemmaBaseImageStatus after,
        IReadOnlyList<GemmaBuild> builds
    ) =>
        after.Held is { Reason: ImageReason.Held.AwaitingApproval } held
        && (held.Reason, held.Build) != (before.Held?.Reason, before.Held?.Build)
            ?
            [
                new News(NotificationEvent.ApprovalNeeded, held.Reason, MessageOf(after, ConditionType.Held))
                {
                    Build = held.Build,
                    Image = builds.FirstOrDefault(b => b.BuildName == held.Build)?.Status?.Application?.Reference,
                    Changes = ChangesOf(builds, held.Build),
                },
            ]
            : [];

    /// <summary>A build that brings new packages waits before it publishes, which holds nothing back yet.</summary>
    private static IEnumerable<News> PackageApproval(
        GemmaBaseImageStatus before,
        GemmaBaseImageStatus after,
        IReadOnlyList<GemmaBuild> builds
    ) =>
        Waiting(after) is { } waits
        && waits != Waiting(before)
        && builds.FirstOrDefault(b => b.BuildName == waits)?.Status?.HeldBy?.Value == BuildHold.AwaitingApproval
            ?
            [
                new News(
                    NotificationEvent.ApprovalNeeded,
                    ImageReason.Reconciling.AwaitingApproval,
                    MessageOf(after, ConditionType.Reconciling)
                )
                {
                    Build = waits,
                    Image = builds.FirstOrDefault(b => b.BuildName == waits)?.Status?.Candidate?.Reference,
                    Changes = ChangesOf(builds, waits),
                },
            ]
            : [];

    /// <summary>Returns the build that waits before it publishes; null when none does.</summary>
    private static string? Waiting(GemmaBaseImageStatus status) =>
        status.Held?.Reason != ImageReason.Held.AwaitingApproval
        && Find(status, ConditionType.Reconciling)
            is { Status: "True", Reason: ImageReason.Reconciling.AwaitingApproval }
            ? status.LatestBuild
            : null;

    /// <summary>Roll-backs are told as such.</summary>
    private static IEnumerable<News> Stalled(GemmaBaseImageStatus before, GemmaBaseImageStatus after)
    {
        var (was, now) = (Find(before, ConditionType.Stalled), Find(after, ConditionType.Stalled));
        if (
            now is { Status: "True" }
            && now.Reason != was?.Reason
            && now.Reason is not (ImageReason.Stalled.RolledBack or ImageReason.Stalled.SettingsRolledBack)
        )
        {
            yield return new News(NotificationEvent.Stalled, now.Reason, now.Message) { Build = after.LatestBuild };
        }

        if (was is { Status: "True" } && now is not { Status: "True" })
        {
            yield return new News(NotificationEvent.Recovered, was.Reason, $"It isn't stalled by {was.Reason} any more")
            {
                Build = after.LatestBuild,
                Image = (after.ServingImage ?? after.LatestImage)?.Reference,
            };
        }
    }

    private static IEnumerable<News> Overdue(GemmaBaseImageStatus before, GemmaBaseImageStatus after) =>
        Find(after, ConditionType.Patched) is { Status: "False", Reason: ImageReason.Patched.SlaExceeded } now
        && Find(before, ConditionType.Patched)?.Reason != now.Reason
            ?
            [
                new News(NotificationEvent.SlaExceeded, now.Reason, now.Message)
                {
                    Build = (after.ServingImage ?? after.LatestImage)?.Build,
                    Image = (after.ServingImage ?? after.LatestImage)?.Reference,
                },
            ]
            : [];

    private static string? ChangesOf(IReadOnlyList<GemmaBuild> builds, string? name) =>
        builds.FirstOrDefault(b => b.BuildName == name)?.Status?.Contents?.Summary;

    private static string MessageOf(GemmaBaseImageStatus status, string type) => Find(status, type)?.Message ?? "";

    private static V1Condition? Find(GemmaBaseImageStatus status, string type) =>
        status.Conditions.FirstOrDefault(c => c.Type == type);
}
