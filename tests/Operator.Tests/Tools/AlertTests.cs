using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LocalCluster.Json;
using Operator.Tests.Api;

namespace Operator.Tests.Tools;

/// <summary>The alerts fire for what they are there for, by Prometheus' own program, and each has its page.</summary>
public sealed partial class AlertTests
{
    private static string Rules => Checkout.PathTo("charts", "gemma-operator", "files", "alerts.yaml");

    private static IReadOnlyList<JsonObject> Alerts =>
        [
            .. ((JsonArray)YamlReader.Documents($"rules:\n{File.ReadAllText(Rules)}").Single()["rules"]!).Select(a =>
                (JsonObject)a!
            ),
        ];

    [Test]
    public async Task They_fire_for_what_they_are_there_for_and_for_nothing_else()
    {
        var promtool = Command.Find("promtool", "apt-get install prometheus");
        var folder = Directory.CreateTempSubdirectory("alerts-");
        try
        {
            var rules = Path.Combine(folder.FullName, "rules.yaml");
            var indented = (await File.ReadAllLinesAsync(Rules)).Select(line => $"      {line}");
            await File.WriteAllLinesAsync(rules, ["groups:", "  - name: gemma-operator", "    rules:", .. indented]);
            var test = Path.Combine(folder.FullName, "test.yaml");
            var text = await File.ReadAllTextAsync(
                Checkout.PathTo("tests", "Operator.Tests", "Tools", "alerts-test.yaml")
            );
            await File.WriteAllTextAsync(test, text.Replace("RULES", rules, StringComparison.Ordinal));
            var (code, said) = await Command.RunAsync(promtool, ["test", "rules", test]);
            Assert.That(code, Is.Zero, said);
            Assert.That(Names.Where(n => !text.Contains($"alertname: {n}", StringComparison.Ordinal)), Is.Empty);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void Each_has_a_part_of_the_page_and_says_what_is_wrong()
    {
        var page = File.ReadAllLines(Checkout.PathTo("docs", "alerts.md"));
        var parts = page.Where(l => l.StartsWith("## Gemma", StringComparison.Ordinal)).Select(l => l[3..]);
        Assert.That(parts, Is.EquivalentTo(Names));
        Assert.That(Alerts.Where(a => (string?)a["labels"]!["severity"] is not ("critical" or "warning")), Is.Empty);
        Assert.That(Alerts.Where(a => a["annotations"]!["description"] is null), Is.Empty);
    }

    [Test]
    public void They_ask_for_metrics_that_there_are()
    {
        var documented = File.ReadAllText(Checkout.PathTo("docs", "metrics.md"));
        var metrics = Alerts
            .SelectMany(a => MetricName().Matches((string)a["expr"]!))
            .Select(m => m.Groups["name"].Value)
            .ToHashSet();
        Assert.That(metrics, Has.Count.GreaterThan(5));
        Assert.That(metrics.Where(m => !documented.Contains($"`{m}`", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task The_chart_changes_those_that_it_is_asked_to_and_links_to_their_page()
    {
        var rules = await RenderAsync(
            "GemmaServiceUnavailable.for=2m",
            "GemmaImageStalled.severity=critical",
            "GemmaImageNotFresh.enabled=false",
            "GemmaImageNotReady.labels.team=ml"
        );
        Assert.That(rules.Keys, Is.EquivalentTo(Names.Except(["GemmaImageNotFresh"])));
        Assert.Multiple(() =>
        {
            Assert.That((string?)rules["GemmaServiceUnavailable"]["for"], Is.EqualTo("2m"));
            Assert.That((string?)rules["GemmaImageStalled"]["labels"]!["severity"], Is.EqualTo("critical"));
            Assert.That((string?)rules["GemmaImageNotReady"]["labels"]!["team"], Is.EqualTo("ml"));
            Assert.That((string?)rules["GemmaImageNotReady"]["labels"]!["severity"], Is.EqualTo("warning"));
            Assert.That(
                (string?)rules["GemmaOperatorStuck"]["annotations"]!["runbook_url"],
                Is.EqualTo("https://docs.example/alerts.md#gemmaoperatorstuck")
            );
            Assert.That(
                (string?)rules["GemmaOperatorHasNoLeader"]["expr"],
                Does.Contain("""leader_election_master_status{name="gemma-operator", namespace="gemma-system"}""")
                    .And.Not.Contain("""{name="gemma-operator"}""")
            );
        });

        var (code, said) = await Helm.TemplateAsync(Arguments("GemmaImageTooOld.for=1h"));
        Assert.That(code, Is.Not.Zero);
        Assert.That(said, Does.Contain("metrics.prometheusRule.alerts.GemmaImageTooOld").And.Contain(Names[0]));
    }

    private static IReadOnlyList<string> Names => [.. Alerts.Select(a => (string)a["alert"]!)];

    private static string[] Arguments(params string[] alerts) =>
        [
            "--set",
            "metrics.prometheusRule.enabled=true",
            "--set",
            "metrics.prometheusRule.runbookURL=https://docs.example/alerts.md",
            .. alerts.SelectMany(a => new[] { "--set", $"metrics.prometheusRule.alerts.{a}" }),
        ];

    private static async Task<IReadOnlyDictionary<string, JsonObject>> RenderAsync(params string[] alerts) =>
        (
            (JsonArray)
                (await Helm.RenderAsync(Arguments(alerts))).Single(d => (string?)d["kind"] == "PrometheusRule")[
                    "spec"
                ]!["groups"]![0]!["rules"]!
        )
            .Select(a => (JsonObject)a!)
            .ToDictionary(a => (string)a["alert"]!, StringComparer.Ordinal);

    [GeneratedRegex(
        @"\b(?<name>[a-z]+(?:_[a-z]+){2,})[{\[)]",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex MetricName();
}
