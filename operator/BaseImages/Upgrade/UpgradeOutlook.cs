using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.Builds.Rendering;
using GemmaOperator.Cluster.Comparison;
using k8s.Models;

namespace GemmaOperator.BaseImages.Upgrade;

/// <summary>
/// Foretells what this release of the operator does with an object that another one has looked after.
/// </summary>
internal static class UpgradeOutlook
{
    /// <param name="s">What the release finds.</param>
    /// <param name="egress">Judges where requests go, by names alone.</param>
    public static IReadOnlyList<UpgradeNote> Judge(ImageSnapshot s, Func<BuildRequest.Known, UpgradeNote?> egress)
    {
        var notes = new[] { Refusal(s, egress), Build(s), Pods(s), LaterBuild(s), LaterPods(s) }
            .OfType<UpgradeNote>()
            .ToList();
        return notes.Count > 0 ? notes : [new UpgradeNote(UpgradeEffect.None, "nothing is built and no pod replaced")];
    }

    private static UpgradeNote? Refusal(ImageSnapshot s, Func<BuildRequest.Known, UpgradeNote?> egress) =>
        s.Inputs switch
        {
            BuildRequest.Refused refused => new UpgradeNote(
                UpgradeEffect.Refuses,
                $"{refused.Reason}: {refused.Message}"
            ),
            BuildRequest.Known known => egress(known),
            _ => null,
        };

    private static UpgradeNote? Build(ImageSnapshot s)
    {
        if (Due(s) is not { } due)
        {
            return null;
        }

        var fields = string.Join(", ", due.Changes.Select(c => c.Field).Distinct(StringComparer.Ordinal));
        return new UpgradeNote(
            UpgradeEffect.Builds,
            $"a build is due: {string.Join(", ", due.Reasons)}{(fields.Length > 0 ? $" ({fields})" : "")}"
        );
    }

    private static DueBuild? Due(ImageSnapshot s) =>
        s is { Inputs: BuildRequest.Known inputs, RunningBuild: null, Spec.Suspend: false }
            ? DueBuild.Find(s, inputs)
            : null;

    private static UpgradeNote? Pods(ImageSnapshot s)
    {
        var decision = RolloutPlanner.Decide(s);
        if (
            decision is not RolloutDecision.Serve serve
            || s.Workload.Deployment is not { Spec.Template: var live }
            || WorkloadChanges.Decide(decision)?.Deployment is not { Spec.Template: var wanted }
            || Difference(wanted, live) is not { } difference
        )
        {
            return null;
        }

        return new UpgradeNote(
            UpgradeEffect.ReplacesPods,
            s.Workload.Image == serve.Target.Reference
                ? $"its pods differ in {difference}"
                : $"build {serve.Target.Build} is served in place of {s.Workload.Image}"
        );
    }

    /// <summary>Returns the first field that differs; what the pods are made of says more than their hash.</summary>
    private static string? Difference(V1PodTemplateSpec wanted, V1PodTemplateSpec live) =>
        Drift.Between(wanted.Spec, live.Spec) is { } spec ? $"spec{spec}"
        : Drift.Between(wanted, live) is { } template ? $"the template{template}"
        : null;

    private static UpgradeNote? LaterBuild(ImageSnapshot s) =>
        Due(s) is null
        && s is { Inputs: BuildRequest.Known inputs, LatestAttempt: { } latest }
        && OperatorRendering
            .Changes(latest, NextBuildRenderer.RenderingOf(inputs), keepsBase: false)
            .Select(c => c.Field)
            .ToList()
            is { Count: > 0 } parts
            ? new UpgradeNote(
                UpgradeEffect.Later,
                $"the next build that is due for another reason is made otherwise: {string.Join(", ", parts)}"
            )
            : null;

    private static UpgradeNote? LaterPods(ImageSnapshot s) =>
        RolloutPlanner.Decide(s) is RolloutDecision.Serve { Settings: { DifferByUpgrade: true } settings }
            ? new UpgradeNote(
                UpgradeEffect.Later,
                $"its pods stay; the next image comes with pods that differ in spec{settings.Difference}"
            )
            : null;
}
