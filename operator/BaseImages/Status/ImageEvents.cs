using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Cost;
using GemmaOperator.Builds;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.Status;

/// <summary>
/// Renders the events of one reconcile of a GemmaBaseImage: what the new status says that the old one didn't.
/// </summary>
internal static class ImageEvents
{
    public static IEnumerable<EventText> Between(
        GemmaBaseImageStatus before,
        GemmaBaseImageStatus after,
        ImageOutcome outcome
    )
    {
        if (outcome.Started is { } build)
        {
            yield return new EventText(
                false,
                "BuildStarted",
                "Build",
                $"Build {build.BuildName}: {string.Join(", ", build.Spec!.Reasons)}"
                    + (BuildKind.Describe(build.Spec) is { } kind ? $"; {kind}" : "")
            );
        }

        if (PatchedRule.News(before, after) is { } exposed)
        {
            yield return exposed;
        }

        if (BaseCurrentRule.News(before, after) is { } moved)
        {
            yield return moved;
        }

        if (outcome.JobRefused is { } refused)
        {
            yield return new EventText(true, "JobRefused", "RollOut", refused);
        }

        if (outcome.OtherRefused is { } other)
        {
            yield return new EventText(true, ImageReason.Stalled.ObjectRefused, "Reconcile", other);
        }

        if (outcome.TemplateLost is { } lost)
        {
            yield return new EventText(true, "TemplateLost", "RollOut", lost);
        }

        if (outcome.TemplateNotKept is { } notKept)
        {
            yield return new EventText(
                true,
                "TemplateNotKept",
                "RollOut",
                "The pod template to go back to stays in status.servingTemplate, since it gets no ControllerRevision: "
                    + notKept
            );
        }

        if (outcome.JobBlocked is { } taken && (taken.IsForged || !taken.GoesByItself))
        {
            yield return new EventText(true, taken.Reason, "RollOut", taken.Message);
        }

        if (outcome.ClaimWarning is { } warning)
        {
            yield return new EventText(true, "ClaimAccessMode", "RollOut", warning);
        }

        if (outcome.Omission is { } omission)
        {
            yield return new EventText(false, "NotPulledAhead", "RollOut", $"The image was {omission}");
        }

        if (outcome.Superseded is { } old)
        {
            yield return new EventText(
                false,
                "BuildSuperseded",
                "Build",
                $"Build {old.BuildName} is stopped: "
                    + (
                        old.Status?.HeldBy?.Value == BuildHold.AwaitingApproval
                            ? "it waited for approval, and a change, a request or a fix asks for another, which follows"
                            : "a newer spec asks for something else, and a build of that follows"
                    )
            );
        }

        if (
            CountedMinutes.Read(before.Cost) is CountedMinutes.Unreadable bad
            && CountedMinutes.Read(after.Cost) is CountedMinutes.Known counted
        )
        {
            yield return new EventText(
                true,
                "CostCountedAnew",
                "Reconcile",
                $"status.cost.buildMinutesTotal was '{Quoted.Of(bad.Text)}', which is no number; the builds "
                    + $"that are left are counted anew: {counted.Total} minutes"
            );
        }

        if (ModelEvents.Between(before.Model, after.Model) is { } fetched)
        {
            yield return fetched;
        }

        if (ModelEvent.Of(before, after, outcome.Model) is { } model)
        {
            yield return model;
        }

        foreach (var disposal in outcome.Disposals)
        {
            yield return disposal;
        }

        foreach (var (type, told) in Told)
        {
            if (Find(after, type) is { } now && told(Find(before, type), now) is { } announcement)
            {
                yield return announcement;
            }
        }
    }

    private static readonly (string Type, Func<V1Condition?, V1Condition, EventText?> Tell)[] Told =
    [
        (
            ConditionType.Stalled,
            (before, now) =>
                before?.Reason == now.Reason && before.Message == now.Message
                    ? null
                    : new EventText(true, now.Reason, "Reconcile", now.Message)
        ),
        (
            ConditionType.BuildSucceeded,
            (before, now) =>
                before?.Reason == now.Reason && before.Message == now.Message
                    ? null
                    : new EventText(
                        now.Status != "True",
                        now.Status == "True" ? "BuildCompleted" : now.Reason,
                        "Build",
                        now.Message
                    )
        ),
        (
            ConditionType.Fresh,
            (before, now) =>
                before?.Reason == now.Reason
                || now.Reason
                    is not (
                        ImageReason.Fresh.RefreshFailed
                        or ImageReason.Fresh.BaseDigestUnknown
                        or ImageReason.Fresh.BaseDigestChanged
                    )
                    ? null
                    : new EventText(
                        now.Reason is ImageReason.Fresh.RefreshFailed or ImageReason.Fresh.BaseDigestUnknown,
                        now.Reason,
                        "Refresh",
                        now.Message
                    )
        ),
        (
            ConditionType.BaseSupported,
            (before, now) =>
                before?.Reason == now.Reason || now.Status != "False"
                    ? null
                    : new EventText(
                        now.Reason != ImageReason.BaseSupported.EndOfLine,
                        now.Reason,
                        "Reconcile",
                        now.Message
                    )
        ),
        (
            ConditionType.BaseCurrent,
            (before, now) =>
                (before?.Reason == now.Reason && before.Message == now.Message)
                || now.Reason != ImageReason.BaseCurrent.VersionRefused
                    ? null
                    : new EventText(true, now.Reason, "Refresh", now.Message)
        ),
        (
            ConditionType.SystemUpdated,
            (before, now) =>
                before?.Reason == now.Reason || now.Status == "True"
                    ? null
                    : new EventText(
                        now.Reason == ImageReason.SystemUpdated.UpdatesUnavailable,
                        now.Reason,
                        "Build",
                        now.Message
                    )
        ),
        (
            ConditionType.PackagesCurrent,
            (before, now) =>
                before?.Message == now.Message || now.Reason == ImageReason.PackagesCurrent.NotAsked
                    ? null
                    : new EventText(
                        now.Reason == ImageReason.PackagesCurrent.ProbeFailed,
                        now.Reason,
                        "AskPackages",
                        now.Message
                    )
        ),
        (
            ConditionType.AliasTagsCurrent,
            (before, now) =>
                before?.Reason == now.Reason || now.Status == "True"
                    ? null
                    : new EventText(true, now.Reason, "Promote", now.Message)
        ),
        (
            // What was given up Stalled has told of.
            ConditionType.Held,
            (before, now) =>
                (before?.Reason == now.Reason && before.Message == now.Message)
                || now.Reason is ImageReason.Held.ImageRejected or ImageReason.Held.SettingsRejected
                    ? null
                    : new EventText(false, now.Reason, "RollOut", now.Message)
        ),
        (
            ConditionType.Available,
            (before, now) =>
                before?.Reason == now.Reason || now.Status == "True" || now.Reason == ImageReason.Available.ModelLoading
                    ? null
                    : new EventText(true, now.Reason, "RollOut", now.Message)
        ),
        (
            ConditionType.Notified,
            (before, now) =>
                before?.Reason == now.Reason && before.Message == now.Message
                    ? null
                    : new EventText(true, now.Reason, "Notify", now.Message)
        ),
        (
            ConditionType.Rewritten,
            (before, now) =>
                before?.Reason == now.Reason ? null : new EventText(true, now.Reason, "RollOut", now.Message)
        ),
        (
            ConditionType.Ready,
            (before, now) => before?.Reason == now.Reason && before.Status == now.Status ? null : OfReady(now)
        ),
    ];

    /// <summary>Stalled has told of its own reasons; a pending build isn't news.</summary>
    private static EventText? OfReady(V1Condition now) =>
        now.Reason switch
        {
            ImageReason.Ready.Serving or ImageReason.Ready.Published => new EventText(
                false,
                now.Reason,
                "Reconcile",
                now.Message
            ),
            ImageReason.Ready.RolloutInProgress or ImageReason.Ready.PodsUnavailable => new EventText(
                false,
                now.Reason,
                "RollOut",
                now.Message
            ),
            ImageReason.Ready.RolloutFailed => new EventText(true, now.Reason, "RollOut", now.Message),
            _ => null,
        };

    private static V1Condition? Find(GemmaBaseImageStatus status, string type) =>
        status.Conditions.FirstOrDefault(c => c.Type == type);
}
