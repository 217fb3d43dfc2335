using System.Text.Json.Nodes;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.References;
using LocalCluster.Json;
using Operator.Tests.Api;
using static System.StringComparison;

namespace Operator.Tests.Tools;

/// <summary>
/// What a real API server answered to good and bad specs is recorded with the chart's policies of these values: the
/// chart still has them, and none where nobody asks for them.
/// </summary>
public sealed class ChartAdmissionTests
{
    private static readonly string[] Newer = ["--kube-version", "1.30.0"];

    [Test]
    public async Task The_policies_are_the_ones_that_a_real_API_server_has_judged_by()
    {
        var rendered = await Helm.RenderAsync(
            [
                .. Newer,
                "--values",
                Checkout.PathTo("tests", "Operator.Tests", "Tools", "admission-values.yaml"),
                "--show-only",
                "templates/admission.yaml",
            ],
            release: "r"
        );
        var recorded = (await StepsAsync())
            .Select(s => s["request"]!["body"])
            .OfType<JsonObject>()
            .Where(b => ((string?)b["kind"])?.StartsWith("ValidatingAdmission", StringComparison.Ordinal) == true);
        Assert.That(
            rendered.Select(Named),
            Is.EquivalentTo(recorded.Select(Named)),
            "record tests/LocalCluster.Tests/recordings/11-policies.json anew on a real API server"
        );
    }

    [Test]
    public async Task The_operator_judges_repositories_by_the_same_lines_and_takes_more_spellings()
    {
        var values = YamlReader
            .Documents(
                await File.ReadAllTextAsync(
                    Checkout.PathTo("tests", "Operator.Tests", "Tools", "admission-values.yaml")
                )
            )
            .Single();
        var lines = values["repositoryPolicy"]!.AsArray().Select(l => (string)l!);
        Assert.That(RepositoryPolicy.TryParse(lines, out var policy, out var error), error);
        var created = (await StepsAsync())
            .Where(s => (string?)s["request"]!["method"] == "POST")
            .Where(s => (string?)s["request"]!["body"]!["kind"] == "GemmaBaseImage")
            .Select(s => (Body: s["request"]!["body"]!, Status: (int)s["response"]!["status"]!, Step: s))
            .ToList();
        var (taken, refused) = (0, new List<string>());
        foreach (var (body, status, step) in created)
        {
            var ns = (string)body["metadata"]!["namespace"]!;
            var repositories = Written(body["spec"]!)
                .Select(text => ImageRepository.TryParse(text, out var r, out _) ? r : null)
                .ToList();
            if (status == 201)
            {
                Assert.That(repositories.All(r => r is null || policy!.Allows(ns, r)), (string?)step["title"]);
                taken++;
            }
            else if (
                ((string)step["response"]!["body"]!["message"]!).Contains("is none of this", Ordinal)
                && repositories.All(r => r is not null && policy!.Allows(ns, r))
            )
            {
                refused.Add((string)step["title"]!);
            }
        }

        Assert.That(taken, Is.GreaterThan(9));
        Assert.That(refused, Is.EqualTo(["bad: a host in capitals"]));
    }

    [Test]
    public async Task With_strict_tenancy_nobody_has_a_repository_that_was_not_given()
    {
        var strict = await Helm.RenderAsync([.. Newer, "--set", "tenancy.strict=true,admissionPolicies.enabled=true"]);
        Assert.That(Arguments(strict), Does.Contain("--repository-policy=deny-all"));
        Assert.That(
            strict.Select(d => (string?)d["spec"]?["validations"]?.ToJsonString() ?? ""),
            Has.Some.Contains("spec.output.repository")
        );
        var free = await Helm.RenderAsync([.. Newer, "--set", "admissionPolicies.enabled=true"]);
        Assert.That(Arguments(free), Does.Not.Contain("--repository-policy"));
        Assert.That(
            free.Select(d => (string?)d["spec"]?["validations"]?.ToJsonString() ?? ""),
            Has.None.Contains("spec.output.repository")
        );

        static string Arguments(IReadOnlyList<JsonObject> documents) =>
            documents.Single(d => (string?)d["kind"] == "Deployment").ToJsonString();
    }

    [Test]
    public async Task There_are_none_unless_somebody_asks_and_none_where_the_API_server_has_none()
    {
        var plain = await Helm.RenderAsync([]);
        Assert.That(
            plain.Select(d => (string?)d["kind"]),
            Has.None.StartsWith("ValidatingAdmission"),
            "as releases before had it"
        );
        var (code, output) = await Helm.TemplateAsync(["--set", "admissionPolicies.enabled=true"]);
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain("admissionPolicies.enabled: needs Kubernetes 1.30"));
    }

    [Test]
    public async Task Several_namespaces_have_Roles_each_and_nothing_of_the_cluster()
    {
        var documents = await Helm.RenderAsync(["--set", "watchNamespaces={b,a},tenancy.impersonate=gemma"]);
        Assert.That(documents.Select(d => (string?)d["kind"]), Has.None.StartsWith("ClusterRole"));
        var own = documents.Single(d => IsOne(d, "Role", "release-gemma-operator", "a"))["rules"]!.AsArray();
        Assert.That(
            own.SelectMany(r => r!["resources"]!.AsArray().Select(x => (string)x!)),
            Has.None.EqualTo("secrets").And.None.EqualTo("configmaps")
        );
        Assert.That(
            own.Where(r => r!["resources"]!.AsArray().Any(x => (string)x! is "jobs" or "deployments"))
                .SelectMany(r => r!["verbs"]!.AsArray().Select(v => (string)v!)),
            Has.None.EqualTo("create")
        );
        Assert.That(documents.Any(d => IsOne(d, "ServiceAccount", "gemma", "b")));
        var (code, output) = await Helm.TemplateAsync(["--set", "watchNamespaces={a},watchNamespace=b"]);
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain("watchNamespace and watchNamespaces: set one of them"));
    }

    private static async Task<IEnumerable<JsonNode>> StepsAsync() =>
        JsonNode.Parse(
            await File.ReadAllTextAsync(
                Checkout.PathTo("tests", "LocalCluster.Tests", "recordings", "11-policies.json")
            )
        )!["steps"]!
            .AsArray()
            .Select(s => s!);

    private static IEnumerable<string> Written(JsonNode spec) =>
        new[]
        {
            spec["output"]!["repository"],
            spec["build"]?["cache"]?["repository"],
            spec["rollout"]?["server"]?["repository"],
        }
            .OfType<JsonNode>()
            .Select(n => (string)n!);

    private static bool IsOne(JsonObject document, string kind, string name, string ns) =>
        (string?)document["kind"] == kind
        && (string?)document["metadata"]!["name"] == name
        && (string?)document["metadata"]!["namespace"] == ns;

    private static string Named(JsonObject policy) =>
        $"{policy["kind"]} {policy["metadata"]!["name"]} {policy["spec"]!.ToJsonString()}";
}
