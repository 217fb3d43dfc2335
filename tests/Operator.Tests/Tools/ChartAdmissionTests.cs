using System.Text.Json.Nodes;
using Operator.Tests.Api;

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
        var recorded = JsonNode.Parse(
            await File.ReadAllTextAsync(
                Checkout.PathTo("tests", "LocalCluster.Tests", "recordings", "11-policies.json")
            )
        )!["steps"]!
            .AsArray()
            .Select(s => s!["request"]!["body"])
            .OfType<JsonObject>()
            .Where(b => ((string?)b["kind"])?.StartsWith("ValidatingAdmission", StringComparison.Ordinal) == true);
        Assert.That(
            rendered.Select(Named),
            Is.EquivalentTo(recorded.Select(Named)),
            "record tests/LocalCluster.Tests/recordings/11-policies.json anew on a real API server"
        );
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

    private static bool IsOne(JsonObject document, string kind, string name, string ns) =>
        (string?)document["kind"] == kind
        && (string?)document["metadata"]!["name"] == name
        && (string?)document["metadata"]!["namespace"] == ns;

    private static string Named(JsonObject policy) =>
        $"{policy["kind"]} {policy["metadata"]!["name"]} {policy["spec"]!.ToJsonString()}";
}
