using System.Globalization;
using System.Text.Json.Nodes;
using GemmaOperator.BaseImages.Forecasts;
using GemmaOperator.Builds.Steps.Proof;
using GemmaOperator.Text;
using KubectlGemma.Local;
using KubectlGemma.Output;

namespace KubectlGemma.Views;

/// <summary>Lays out what a local build came to.</summary>
internal static class LocalView
{
    public static IEnumerable<Line> Lines(LocalResult result, int width) =>
        [
            Line.Empty,
            Line.Of(new Piece(result.Object, Tone.Strong), $" built for {result.Platform} by {result.Engine}"),
            .. Field("image", $"{result.Image}, {result.Id}", width),
            .. Field("base", $"{result.Base.From}, {result.Base.How}", width),
            .. Verification(result.Verification, width),
            .. result.Pushed is { } pushed ? Field("pushed", pushed, width, Tone.Good) : [],
            .. Field("time", Time(result), width),
            .. Steps(result).Lines().Select(Indented),
            .. Field(
                "size",
                $"{Size(result.Bytes)} on the engine's disk, unpacked: {Size(result.Base.Image.Size)} of the base, "
                    + $"{Size(result.Layers.Sum(l => l.Bytes))} in {result.Layers.Count} layers upon it",
                width
            ),
            .. Field("saving", Saving(result), width),
            .. Field("cluster", InCluster(result.Comparison), width),
        ];

    public static JsonObject Data(LocalResult result) =>
        new()
        {
            ["name"] = result.Object,
            ["platform"] = result.Platform,
            ["engine"] = result.Engine,
            ["image"] = result.Image,
            ["id"] = result.Id,
            ["pushed"] = result.Pushed,
            ["base"] = result.Base.From,
            ["bytes"] = result.Bytes,
            ["baseBytes"] = result.Base.Image.Size,
            ["seconds"] = Seconds(result.Took),
            ["steps"] = new JsonArray([
                .. result.Steps.Select(s => new JsonObject
                {
                    ["name"] = s.Name,
                    ["seconds"] = Seconds(s.Took ?? TimeSpan.Zero),
                    ["cached"] = s.IsCached,
                }),
            ]),
            ["layers"] = new JsonArray([
                .. result.Layers.Select(l => new JsonObject { ["name"] = l.Name, ["bytes"] = l.Bytes }),
            ]),
            ["verification"] = new JsonObject
            {
                ["skipped"] = result.Verification.Skipped,
                ["problem"] = result.Verification.Problem,
                ["found"] = result.Verification.Found is { } found ? VerifiedText.Render(found) : null,
                ["packages"] = result.Verification.Packages,
                ["seconds"] = Seconds(result.Verification.Took),
            },
            ["lastFullBuild"] = result.Comparison.Full,
            ["lastFullBuildSeconds"] = result.Comparison.FullTook is { } full ? Seconds(full) : null,
            ["savedSeconds"] = result.Comparison.Saved is { } saved ? Seconds(saved) : null,
            ["unknown"] = result.Comparison.Unknown,
            ["inCluster"] = EffortText.Of(result.Comparison.InCluster),
        };

    private static double Seconds(TimeSpan span) => Math.Round(span.TotalSeconds, 1);

    private static IEnumerable<Line> Verification(LocalVerification verification, int width) =>
        verification switch
        {
            { Skipped: { } why } => Field("verify", $"not run: {why}", width, Tone.Warning),
            { Problem: { } problem } => Field("verify", problem, width, Tone.Bad),
            { Found: { } found } => Field(
                "verify",
                VerifiedText.Render(found)
                    + (
                        verification.Packages is { } packages
                            ? string.Create(CultureInfo.InvariantCulture, $"; {packages} packages")
                            : ""
                    ),
                width,
                Tone.Good
            ),
            _ => [],
        };

    private static string Time(LocalResult result) =>
        $"{Span(result.Took)} for the build"
        + (result.Verification.Took > TimeSpan.Zero ? $", {Span(result.Verification.Took)} for the check" : "");

    private static TextTable Steps(LocalResult result)
    {
        var table = new TextTable("STEP", "TOOK", "SIZE");
        var left = result.Layers.ToList();
        foreach (var step in result.Steps.Where(s => s.MakesLayer))
        {
            var layer = left.Find(l => l.Name == step.Name);
            left.Remove(layer!);
            table.Add(
                step.Name,
                step.IsCached ? new Piece("cached", Tone.Good) : new Piece(Span(step.Took ?? default)),
                layer is null ? "" : Size(layer.Bytes)
            );
        }

        foreach (var layer in left)
        {
            table.Add(layer.Name, "", Size(layer.Bytes));
        }

        var rest =
            result.Took - result.Steps.Where(s => s.MakesLayer).Aggregate(TimeSpan.Zero, (t, s) => t + s.Took ?? t);
        table.Add("the engine's own work", Span(rest), "");
        return table;
    }

    private static string Size(long bytes) =>
        bytes < 1000 ? string.Create(CultureInfo.InvariantCulture, $"{bytes} B") : BuildsView.Size(bytes);

    private static string Saving(LocalResult result) =>
        result.Comparison switch
        {
            { Unknown: { } why } => $"unknown: {why}",
            { Full: { } full, FullTook: { } took, Saved: { } saved } when saved > TimeSpan.Zero =>
                $"{Span(saved)} against the {Span(took)} of {full}, the last full build, whose minutes cost "
                    + $"{result.Comparison.SavedCost}",
            { Full: { } full, FullTook: { } took } => $"none: {full}, the last full build, took {Span(took)}",
            _ => "unknown",
        };

    private static string InCluster(LocalComparison comparison) => EffortText.Of(comparison.InCluster);

    /// <summary>Tells tenths where whole seconds would be nothing.</summary>
    private static string Span(TimeSpan span) =>
        span < TimeSpan.FromSeconds(10)
            ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0}s")
            : Ages.Span(span);

    private static IEnumerable<Line> Field(string name, string text, int width, Tone tone = Tone.Plain) =>
        Line.Wrapped([new Piece($"{name, -9} ", Tone.Dim)], new Piece(text, tone), width);

    private static Line Indented(Line line) => new([new Piece("          "), .. line.Pieces]);
}
