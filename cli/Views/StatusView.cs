using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Channels;
using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Channels;
using GemmaOperator.Builds;
using GemmaOperator.Text;
using k8s.Models;
using KubectlGemma.Facts;
using KubectlGemma.Output;

namespace KubectlGemma.Views;

/// <summary>Lays out one GemmaBaseImage: what is true, its builds with their Jobs and pods, what comes next.</summary>
internal static class StatusView
{
    private const int MostBuilds = 5;

    public static IEnumerable<Line> Lines(ImageTree tree, int width)
    {
        var (image, now) = (tree.Image, tree.Now);
        return
        [
            Line.Of(new Piece(image.Metadata.Name, Tone.Strong), $" in namespace {image.Metadata.NamespaceProperty}"),
            .. Images(image),
            .. NextBuildView.Lines(tree, width),
            .. InheritedView.Lines(image.Status?.Inherited, width),
            .. Cost(image.Status?.Cost),
            Line.Empty,
            Line.Of(new Piece("Conditions", Tone.Strong)),
            .. ConditionsView.Lines(image.Status?.Conditions ?? [], now, width, "  "),
            Line.Empty,
            Line.Of(new Piece("Serving", Tone.Strong)),
            .. Pods([.. tree.Pods.Where(p => BuildOf(p) is null)], now, "  "),
            Line.Empty,
            Line.Of(new Piece("Builds", Tone.Strong)),
            .. tree.Builds.Count == 0 ? [Line.Of("  none yet")] : Array.Empty<Line>(),
            .. tree.Builds.Take(MostBuilds).SelectMany((build, i) => Build(tree, build, isNewest: i == 0, width)),
            .. tree.Builds.Count > MostBuilds
                ? [Line.Of(new Piece($"  and {tree.Builds.Count - MostBuilds} more: kubectl gemma builds", Tone.Dim))]
                : Array.Empty<Line>(),
        ];
    }

    private static IEnumerable<Line> Images(GemmaBaseImage image)
    {
        var status = image.Status;
        yield return Field("serves", Reference(status?.ServingImage) ?? "nothing yet");
        if (status?.LatestImage is { } newest)
        {
            yield return Field("newest", Reference(newest)!);
        }

        if (status?.Confirmed is { } confirmed)
        {
            yield return Field("confirmed", $"by {confirmed.Build}: nothing has changed");
        }

        if (status?.PreviousImage is { } previous)
        {
            yield return Field("before", Reference(previous)!);
        }

        if (status?.Base is { } line)
        {
            yield return Field("base", $"{line.Stands}; {ChannelText.Of(line)}");
        }

        if (status?.Held is { } held)
        {
            yield return Field("held", $"{held.Build ?? "what is newer"}, by {held.Reason}");
        }

        if (status?.DeletionPolicy?.Value == DeletionPolicy.Orphan)
        {
            yield return Field("deletion", "leaves what serves");
        }
    }

    private static string? Reference(ImageStatus? image) =>
        image is null ? null
        : image.Build is { Length: > 0 } build ? $"{image.Reference} ({build})"
        : image.Reference;

    private static IEnumerable<Line> Cost(CostStatus? cost) =>
        cost is null
            ? []
            :
            [
                Field(
                    "cost",
                    $"{cost.BuildCostTotal} for {cost.BuildMinutesTotal} minutes; "
                        + $"saved {cost.SavedPerWeek} a week"
                ),
            ];

    private static Line Field(string name, string text) => Line.Of(new Piece(name.PadRight(10), Tone.Dim), text);

    private static IEnumerable<Line> Build(ImageTree tree, GemmaBuild build, bool isNewest, int width)
    {
        var result = BuildsView.ResultOf(build);
        yield return Line.Of(
            "  ",
            new Piece(build.BuildName, Tone.Strong),
            "  ",
            new Piece(result, Tones.OfResult(result)),
            $"  {string.Join(",", build.Spec?.Reasons.Select(r => r.Text) ?? [])}",
            build.Status?.StartTime is { } at ? $"  {Ages.Relative(at, tree.Now)}" : "",
            BuildsView.Took(build, tree.Now) is { Length: > 0 } took ? $", took {took}" : ""
        );
        IEnumerable<Line> below =
        [
            .. Failure(build, width),
            .. isNewest && build.Spec is { } spec && BuildKind.Describe(spec) is { } kind
                ? Line.Wrapped(["    "], kind, width)
                : [],
            .. isNewest && build.Status?.Contents is { } contents ? ContentsView.Lines(contents, "    ") : [],
            .. isNewest || !build.IsFinished ? TimelineView.Lines(build, tree.Now, width, "    ") : Array.Empty<Line>(),
            .. Jobs(tree, build),
        ];
        foreach (var line in below)
        {
            yield return line;
        }
    }

    private static IEnumerable<Line> Failure(GemmaBuild build, int width) =>
        build.Status?.Failure is { } failure
            ? Line.Wrapped(
                ["    ", new Piece($"{failure.Reason}: ", Tone.Bad)],
                ShortReferences.In(failure.Message),
                width
            )
            : [];

    /// <summary>Names Jobs by their pods, which say whose they are, and those that have none yet by the step.</summary>
    private static IEnumerable<Line> Jobs(ImageTree tree, GemmaBuild build)
    {
        var pods = tree.Pods.Where(p => BuildOf(p) == build.BuildName).ToLookup(JobOf, StringComparer.Ordinal);
        var jobs = build
            .ShownSteps.Select(s => s.Job)
            .OfType<string>()
            .Concat(pods.Select(g => g.Key))
            .Where(j => j.Length > 0)
            .Distinct(StringComparer.Ordinal);
        foreach (var job in jobs)
        {
            yield return Line.Of(new Piece("    Job ", Tone.Dim), job);
            foreach (var line in Pods([.. pods[job]], tree.Now, "      "))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<Line> Pods(IReadOnlyList<V1Pod> pods, DateTime now, string indent) =>
        pods.Count == 0
            ? [Line.Of(new Piece(indent + "no pods", Tone.Dim))]
            : pods.OrderBy(p => p.Status?.Phase is "Succeeded")
                .ThenBy(p => p.Metadata.CreationTimestamp)
                .SelectMany(p => PodView.Lines(p, now, indent));

    private static string? BuildOf(V1Pod pod) =>
        pod.Metadata.Labels is { } labels && labels.TryGetValue(ApiGroup.BuildLabel, out var build) ? build : null;

    private static string JobOf(V1Pod pod) =>
        pod.Metadata.OwnerReferences?.FirstOrDefault(o => o.Kind == "Job")?.Name ?? "";
}
