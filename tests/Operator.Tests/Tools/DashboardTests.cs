using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Operator.Tests.Api;

namespace Operator.Tests.Tools;

/// <summary>The dashboards ask for what there is, in Prometheus' own words, and the chart brings them whole.</summary>
public sealed partial class DashboardTests
{
    private static readonly string[] Names = ["fleet", "image"];

    /// <summary>As Grafana puts them in, with a value that needs no escape.</summary>
    private static readonly Dictionary<string, string> Variables = new(StringComparer.Ordinal)
    {
        ["$namespace"] = "ml",
        ["$name"] = "gemma",
    };

    [Test]
    public void Their_metrics_are_the_operators_or_its_servers([ValueSource(nameof(Names))] string name)
    {
        var documented =
            File.ReadAllText(Checkout.PathTo("docs", "metrics.md"))
            + File.ReadAllText(Checkout.PathTo("docs", "inference.md"))
            + string.Concat(
                    Directory
                        .EnumerateFiles(Checkout.PathTo("inference", "Engine"), "*.cs", SearchOption.AllDirectories)
                        .Select(File.ReadAllText)
                )
                .Replace("{prefix}:", "gemma:", StringComparison.Ordinal);
        var metrics = Queries(name)
            .SelectMany(q => Metric().Matches(q))
            .Select(m => Histogram().Replace(m.Groups["name"].Value, ""))
            .ToHashSet(StringComparer.Ordinal);
        Assert.That(metrics, Has.Count.GreaterThan(5));
        Assert.That(
            metrics.Where(m =>
                !documented.Contains($"`{m}`", StringComparison.Ordinal)
                && !documented.Contains($"\"{m}\"", StringComparison.Ordinal)
            ),
            Is.Empty
        );
    }

    [Test]
    public async Task Prometheus_takes_each_query([ValueSource(nameof(Names))] string name)
    {
        var promtool = Command.Find("promtool", "apt-get install prometheus");
        var rules = new JsonArray([
            .. Queries(name)
                .Distinct(StringComparer.Ordinal)
                .Select((q, i) => (JsonNode)new JsonObject { ["record"] = $"q:{i}", ["expr"] = q }),
        ]);
        var groups = new JsonArray(new JsonObject { ["name"] = name, ["rules"] = rules });
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, new JsonObject { ["groups"] = groups }.ToJsonString());
            var (code, said) = await Command.RunAsync(promtool, ["check", "rules", file]);
            Assert.That(code, Is.Zero, said);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void Their_panels_have_titles_ids_and_places_of_their_own([ValueSource(nameof(Names))] string name)
    {
        var panels = Panels(name);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(panels.Select(p => (int)p["id"]!), Is.Unique);
            Assert.That(panels.Select(p => (string)p["title"]!), Is.Unique);
            Assert.That(panels.Where(p => (string?)p["type"] != "row" && p["description"] is null), Is.Empty);
            Assert.That(panels.SelectMany(Cells), Is.Unique, "none lies on another");
            Assert.That(panels.SelectMany(Cells).Select(c => c.X), Is.All.LessThan(24), "within the page");
        }
    }

    [Test]
    public async Task The_chart_brings_them_as_they_are()
    {
        var maps = (
            await Helm.RenderAsync([
                "--set",
                "metrics.dashboards.enabled=true,metrics.dashboards.annotations.grafana_folder=GPU",
            ])
        )
            .Where(o => (string?)o["kind"] == "ConfigMap" && Label(o) == "1")
            .ToList();
        Assert.That(maps, Has.Count.EqualTo(Names.Length));
        foreach (var name in Names)
        {
            var map = maps.Single(m => m["data"]![$"gemma-operator-{name}.json"] is not null);
            Assert.That(
                JsonNode.DeepEquals(JsonNode.Parse((string)map["data"]![$"gemma-operator-{name}.json"]!), Board(name)),
                name
            );
            Assert.That((string?)map["metadata"]!["annotations"]!["grafana_folder"], Is.EqualTo("GPU"));
        }
    }

    private static string? Label(JsonNode map) => (string?)map["metadata"]!["labels"]?["grafana_dashboard"];

    private static JsonNode Board(string name) =>
        JsonNode.Parse(
            File.ReadAllText(Checkout.PathTo("charts", "gemma-operator", "files", "dashboards", $"{name}.json"))
        )!;

    private static IReadOnlyList<JsonNode> Panels(string name) => [.. Board(name)["panels"]!.AsArray().Select(p => p!)];

    private static IEnumerable<string> Queries(string name) =>
        Panels(name)
            .SelectMany(p => p["targets"]?.AsArray() ?? [])
            .Select(t => (string)t!["expr"]!)
            .Select(q => Variables.Aggregate(q, (text, v) => text.Replace(v.Key, v.Value, StringComparison.Ordinal)));

    private static IEnumerable<(int X, int Y)> Cells(JsonNode panel)
    {
        var at = panel["gridPos"]!;
        var (x, y, width, height) = ((int)at["x"]!, (int)at["y"]!, (int)at["w"]!, (int)at["h"]!);
        return Enumerable.Range(x, width).SelectMany(_ => Enumerable.Range(y, height), (column, row) => (column, row));
    }

    [GeneratedRegex(
        @"(?<name>(gemma:)?[a-z]+(_[a-z]+)+)([{\[),]|$)",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Metric();

    [GeneratedRegex("_bucket$", RegexOptions.NonBacktracking)]
    private static partial Regex Histogram();
}
