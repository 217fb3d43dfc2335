using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Forecasts;
using GemmaOperator.Text;
using KubectlGemma.Facts;
using KubectlGemma.Output;

namespace KubectlGemma.Views;

/// <summary>Says when the next build is due and why, and what would change that.</summary>
internal static class NextBuildView
{
    private static readonly HashSet<string> OfRollout = new(StringComparer.Ordinal)
    {
        ImageReason.Stalled.RolledBack,
        ImageReason.Stalled.SettingsRolledBack,
        ImageReason.Stalled.RewrittenByAdmission,
        ImageReason.Stalled.FieldContested,
        ImageReason.Stalled.ModelFetchFailed,
    };

    public static IEnumerable<Line> Lines(ImageTree tree, int width)
    {
        Piece[] lead = [new("next      ", Tone.Dim)];
        foreach (var text in (string[])[WhenAndWhy(tree), WhatChanges(tree.Image)])
        {
            foreach (var line in Line.Wrapped(lead, text, width))
            {
                yield return line;
            }

            lead = [new("          ")];
        }
    }

    private static string WhenAndWhy(ImageTree tree)
    {
        var (image, now) = (tree.Image, tree.Now);
        var (spec, status) = (image.Spec!, image.Status);
        if (spec.Suspend)
        {
            return $"none while spec.suspend is true: kubectl gemma resume {image.Metadata.Name} ends that";
        }

        if (tree.Builds.FirstOrDefault(b => !b.IsFinished) is { } running)
        {
            return $"{running.BuildName} is under way, because of {Reasons(running)}"
                + (status?.NextScheduleTime is { } later ? $"; then {Tick(spec, later, now)}" : "");
        }

        if (Stall(image) is { } stalled)
        {
            return $"none until this is mended: {stalled}";
        }

        if (IsAskedFor(image))
        {
            return "asked for; it begins as soon as the operator answers";
        }

        if (
            status?.Conditions.FirstOrDefault(c => c is { Type: ConditionType.Reconciling, Status: "True" }) is
            {
                Reason: ImageReason.Reconciling.Queued
                    or ImageReason.Reconciling.BackingOff
                    or ImageReason.Reconciling.AwaitingObject
                    or ImageReason.Reconciling.AwaitingRegistry
            } waits
        )
        {
            return waits.Message;
        }

        return status?.NextScheduleTime is { } next ? Tick(spec, next, now)
            : status is null ? "not seen by an operator yet"
            : "none is due: spec.schedule is empty and nothing has changed";
    }

    private static string WhatChanges(GemmaBaseImage image)
    {
        List<string> causes =
        [
            .. SoonerCauses.Of(image.Spec!, image.Status),
            $"kubectl gemma rebuild {image.Metadata.Name}",
        ];
        return $"sooner by {string.Join(", ", causes[..^1])}, or {causes[^1]}";
    }

    private static string Tick(GemmaBaseImageSpec spec, DateTime next, DateTime now) =>
        $"{Ages.Utc(next)} ({(next > now ? Ages.Relative(next, now) : "due")}), by the schedule '{spec.Schedule}' "
        + $"in {spec.TimeZone}";

    private static string Reasons(GemmaBuild build) => string.Join(", ", build.Spec?.Reasons.Select(r => r.Text) ?? []);

    private static bool IsAskedFor(GemmaBaseImage image) =>
        image.Metadata.Annotations?.TryGetValue(ApiGroup.RequestedAtAnnotation, out var asked) == true
        && asked.Length > 0
        && asked != image.Status?.LastHandledRequestAt;

    /// <summary>Returns what keeps builds from being made; what a rollout ended with keeps none.</summary>
    private static string? Stall(GemmaBaseImage image) =>
        image.Status?.Conditions.FirstOrDefault(c => c is { Type: ConditionType.Stalled, Status: "True" }) is { } found
        && !OfRollout.Contains(found.Reason)
            ? ShortReferences.In($"{found.Reason}: {found.Message}")
            : null;
}
