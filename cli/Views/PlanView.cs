using System.Globalization;
using GemmaOperator.Api.Plans;
using GemmaOperator.Text;
using KubectlGemma.Output;

namespace KubectlGemma.Views;

/// <summary>Lays out what an operator answered to whoever asked what a spec leads to.</summary>
internal static class PlanView
{
    public static IEnumerable<Line> Lines(string name, PlanStatus plan, int width) =>
        [
            Line.Of(
                new Piece(name, Tone.Strong),
                plan.InPlaceOf is { } of ? $" in place of {of}: " : ": ",
                new Piece(
                    plan.Result.Text,
                    plan.Result.Value switch
                    {
                        PlanResult.NoBuild => Tone.Good,
                        PlanResult.BuildNeeded => Tone.Warning,
                        _ => Tone.Bad,
                    }
                ),
                new Piece(plan.Time is { } at ? $", as of {Ages.Utc(at)}" : "", Tone.Dim)
            ),
            .. Field("builds", plan.Reason is { } reason ? $"{reason}: {plan.Message}" : plan.Message, width),
            .. Field("by rule", plan.Rule, width),
            .. Build(plan.Build, width),
            .. Field(
                "left out",
                plan.LeftOut is { } fields ? $"{string.Join(", ", fields)}: spec.triggers asks for no build" : null,
                width
            ),
            .. Rollout(plan.Rollout, width),
            .. Field(
                "shares",
                plan.SharesBase is { } names
                    ? $"its base with {string.Join(", ", names)}: nodes keep its layers once"
                    : null,
                width
            ),
            .. Field(
                "next",
                plan.NextScheduleTime is { } tick ? $"tick of the schedule at {Ages.Utc(tick)}" : null,
                width
            ),
            .. Field("sooner", plan.SoonerBy is { } causes ? $"by {string.Join(", or ", causes)}" : null, width),
        ];

    private static IEnumerable<Line> Build(PlannedBuild? build, int width) =>
        build is null
            ? []
            :
            [
                .. Field(
                    "build",
                    $"{build.Name}, because of {string.Join(", ", build.Reasons)}"
                        + (build.Changes is { } fields ? $" ({string.Join(", ", fields)})" : "")
                        + (build.IsDueAnyway == true ? "; one is due without this, too" : ""),
                    width
                ),
                .. Field("layers", Layers(build), width),
                .. Field("takes", build.Effort, width),
                .. Field("file", $"Dockerfile {build.DockerfileHash}", width),
            ];

    private static string Layers(PlannedBuild build) =>
        build.Layers == 0
            ? $"the base image of {build.CachedBy} is kept; only the server is put onto it"
            : string.Create(CultureInfo.InvariantCulture, $"{build.CachedLayers} of {build.Layers} from the cache")
                + (build.CachedBy is { } like ? $", as {like} left them" : "")
                + (build.AnewBecause is { } why ? $"; the others anew, because {why}" : "");

    private static IEnumerable<Line> Rollout(PlannedRollout? rollout, int width) =>
        rollout is null
            ? []
            :
            [
                .. Field("pods", rollout.Message, width),
                .. Field("", rollout.Settings is { } fields ? $"changed: {string.Join(", ", fields)}" : null, width),
                .. Field("", rollout.AfterBuild, width),
                .. Field("nodes", Nodes(rollout), width),
            ];

    private static string? Nodes(PlannedRollout rollout) =>
        rollout.BytesPerNode is { } bytes
            ? (
                rollout.Nodes == 0 ? "each"
                : rollout.Nodes == 1 ? "the one that has pods"
                : string.Create(CultureInfo.InvariantCulture, $"each of {rollout.Nodes}")
            ) + $" pulls {(rollout.BytesAreMost == true ? "at most" : "about")} {Sizes.Of(bytes)}"
            : null;

    private static IEnumerable<Line> Field(string name, string? text, int width) =>
        text is null ? [] : Line.Wrapped([new Piece($"  {name, -9}", Tone.Dim)], ShortReferences.In(text), width);
}
