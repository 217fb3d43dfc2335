using System.Globalization;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Says what becomes of the served pods.</summary>
internal static class RolloutText
{
    /// <summary>Says what becomes of them at once.</summary>
    public static string Of(Forecast forecast)
    {
        var rollout = forecast.Rollout;
        var strategy = forecast.Seen.Spec.Rollout.Strategy;
        var text = rollout.Effect switch
        {
            RolloutEffect.None => "none is replaced",
            RolloutEffect.Unmanaged => "none: spec.rollout.mode asks for publishing only",
            RolloutEffect.LetGo => "stay as they are, and nobody looks after them any more (spec.rollout.mode)",
            RolloutEffect.Held => DecisionText.Of(rollout.Ruling.Decision),
            RolloutEffect.Created => "are made",
            RolloutEffect.Replaced => $"are replaced ({strategy})",
            RolloutEffect.Scaled => string.Create(
                CultureInfo.InvariantCulture,
                $"{rollout.Replicas!.Value.Live} become {rollout.Replicas.Value.Asked}; the others stay"
            ),
            RolloutEffect.Written => "stay; "
                + $"{(rollout.Ruling.Decision as RolloutDecision.Serve)?.Drift} of the workload is written",
        };
        var gate = rollout.Ruling.Decision is RolloutDecision.Serve { Gate: { } closed } ? $"; {closed.Message}" : "";
        return text + gate + (rollout.IsDueAnyway ? "; without this, too" : "");
    }

    /// <summary>Says how the image of a build that is due comes to serve; null where none will.</summary>
    public static string? OfNewImage(Forecast forecast)
    {
        var rollout = forecast.Seen.Spec.Rollout;
        if (forecast.Build?.Next.Spec!.Template.Application is null || rollout.Mode != RolloutMode.Managed)
        {
            return null;
        }

        string[] conditions =
        [
            forecast.Seen.Pin is { } pin ? $"not while {pin.Build ?? "a build"} is pinned ({pin.Where})" : "",
            rollout.Approval == RolloutApproval.Manual ? "once it is approved" : "",
            rollout.Window is { Schedule.Length: > 0 } window ? $"in the window '{window.Schedule}'" : "",
            rollout.PrePull.Enabled ? "when nodes have pulled it" : "",
        ];
        var told = conditions.Where(c => c.Length > 0).ToList();
        return $"the new image replaces all pods after the build ({rollout.Strategy})"
            + (told.Count > 0 ? $", {string.Join(", ", told)}" : "");
    }

    public static string Of(PulledBytes pulled, int nodes) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(nodes == 0 ? "each" : nodes == 1 ? "the one that has pods" : $"each of {nodes} that have pods")} pulls "
        )
        + $"{(pulled.IsMost ? "at most" : "about")} {Sizes.Of(pulled.Bytes)}, as for {pulled.LikeBuild}"
        + (pulled.DiskBytes is { } disk ? $", whose base takes {Sizes.Of(disk)} of disk" : "");
}
