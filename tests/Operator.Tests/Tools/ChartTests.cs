using System.Text.Json.Nodes;
using GemmaOperator.Api.Words;
using k8s;
using LocalCluster;
using Operator.Tests.Api;
using Operator.Tests.Flow;
using Operator.Tests.Runtime.Faults;

namespace Operator.Tests.Tools;

/// <summary>The chart lints, renders, and grants what the operator needs.</summary>
public sealed class ChartTests
{
    private static string Chart => Helm.Chart;

    private static readonly string[][] Values =
    [
        [],
        ["--set", "watchNamespace=ml", "--set", "replicas=1"],
        [
            "--set",
            "image.digest=sha256:0000000000000000000000000000000000000000000000000000000000000000",
            "--set",
            "serverImage=r.example/server:1,executorImage=r.example/kaniko:1,hub.endpoint=http://hub.example:8080/m",
        ],
        [
            "--set",
            "registryMirrors={docker.io=mirror.example/hub}",
            "--set",
            "insecureRegistries={mirror.example}",
            "--set",
            "crds.install=false",
            "--set",
            "rbac.aggregate=false",
        ],
    ];

    [Test]
    public async Task It_lints()
    {
        var (code, output) = await Command.RunAsync(Helm.Program, ["lint", "--strict", Chart]);
        Assert.That(code, Is.Zero, output);
    }

    [TestCaseSource(nameof(Values))]
    public async Task Everything_that_it_renders_is_taken_by_the_API(params string[] values)
    {
        var documents = await RenderAsync(values);
        await using var cluster = await ApiServer.StartAsync(new ApiServerOptions(), CancellationToken.None);
        using var http = new HttpClient();
        foreach (var document in documents)
        {
            await ApplyAsync(http, cluster, document);
        }

        Assert.That(documents, Is.Not.Empty);
    }

    [TestCase("replicas=many", "replicas")]
    [TestCase("replica=1", "replica")]
    [TestCase("watchNamespace=My_Team", "watchNamespace")]
    [TestCase("image.digest=sha256:short", "image.digest")]
    [TestCase("log.level=Loud", "log.level")]
    [TestCase("maxBuilds=0", "maxBuilds")]
    [TestCase("registryMirrors={docker.io}", "registryMirrors.0")]
    [TestCase("hub.endpoint=hub.example", "hub.endpoint")]
    [TestCase("hub.endpoints=https://hub.example", "hub")]
    public async Task A_value_that_cannot_be_meant_is_refused_by_name(string value, string name)
    {
        var (code, output) = await Helm.TemplateAsync(["--set", value]);
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain(name));
    }

    /// <summary>Helm then takes the older chart's values file for the newer one's.</summary>
    [TestCase]
    [TestCase("--set", "metrics.serviceMonitor.enabled=true", "--set", "metrics.prometheusRule.enabled=true")]
    public async Task An_upgrade_that_reuses_the_first_releases_values_renders_the_same(params string[] values)
    {
        var chart = Directory.CreateTempSubdirectory("gemma-chart-").FullName;
        try
        {
            foreach (
                var entry in Directory
                    .EnumerateFileSystemEntries(Chart)
                    .Where(e => Path.GetFileName(e) != "values.yaml")
            )
            {
                File.CreateSymbolicLink(Path.Combine(chart, Path.GetFileName(entry)), entry);
            }

            File.Copy(
                Checkout.PathTo("tests", "Operator.Tests", "Tools", "first-values.yaml"),
                Path.Combine(chart, "values.yaml")
            );
            var (reused, fresh) = (await RenderAsync(values, chart), await RenderAsync(values));
            Assert.That(reused.Select(d => d.ToJsonString()), Is.EqualTo(fresh.Select(d => d.ToJsonString())));
        }
        finally
        {
            Directory.Delete(chart, recursive: true);
        }
    }

    [Test]
    public async Task Monitors_and_alerts_are_there_where_they_are_asked_for()
    {
        var (plain, asked) = (
            await RenderAsync([]),
            await RenderAsync([
                "--set",
                "metrics.serviceMonitor.enabled=true",
                "--set",
                "metrics.prometheusRule.enabled=true",
            ])
        );
        Assert.That(Kinds(plain), Has.None.EqualTo("ServiceMonitor").And.None.EqualTo("PrometheusRule"));
        Assert.That(Kinds(asked), Has.Exactly(1).EqualTo("ServiceMonitor").And.Exactly(1).EqualTo("PrometheusRule"));
    }

    [Test]
    public async Task Editors_of_a_namespace_may_do_what_people_do_and_nothing_of_the_operators()
    {
        var roles = (await RenderAsync([]))
            .Where(d => d["metadata"]!["labels"]?["rbac.authorization.k8s.io/aggregate-to-edit"] is not null)
            .ToList();
        var granted = roles
            .SelectMany(r => r["rules"]!.AsArray())
            .SelectMany(r =>
                r!["resources"]!.AsArray().SelectMany(res => r["verbs"]!.AsArray().Select(v => $"{v} {res}"))
            )
            .ToList();
        Assert.That(
            granted,
            Is.SupersetOf(
                new[] { "create gemmabaseimages", "patch gemmabaseimages", "patch gemmabuilds", "watch gemmabuilds" }
            )
        );
        Assert.That(granted, Has.None.Contains("create gemmabuilds").And.None.Contains("patch gemmabaseimages/status"));
    }

    [Test]
    public async Task Its_definitions_are_the_ones_of_the_repository()
    {
        var rendered = (await RenderAsync([])).Where(d => (string?)d["kind"] == "CustomResourceDefinition").ToList();
        Assert.That(rendered, Has.Count.EqualTo(CrdFile.All.Count));
        foreach (var crd in CrdFile.All)
        {
            var twin = rendered.Single(r =>
                (string?)r["metadata"]!["name"] == (string?)crd.Document["metadata"]!["name"]
            );
            Assert.That(
                JsonNode.DeepEquals(Normal(twin["spec"]), Normal(crd.Document["spec"])),
                "the chart's definition is the repository's"
            );
        }
    }

    [TestCase("")]
    [TestCase("watchNamespace=NAMESPACE")]
    [TestCase("watchNamespaces={NAMESPACE,absent}")]
    [TestCase("watchNamespaces={NAMESPACE},tenancy.impersonate=gemma")]
    public async Task Its_rights_are_enough_for_the_main_flow(string values)
    {
        if (
            Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 }
            || Environment.GetEnvironmentVariable("GEMMA_TEST_KUBECONFIG") is { Length: > 0 }
        )
        {
            Assert.Ignore("service-account tokens are LocalCluster's here");
        }

        await using var stage = await Stage.StartAsync(startOperator: false);
        values = values.Replace("NAMESPACE", stage.Cluster.Namespace, StringComparison.Ordinal);
        var documents = await RenderAsync([
            "--set",
            "crds.install=false",
            .. values.Length > 0 ? ["--set", values] : Array.Empty<string>(),
        ]);
        stage.Namespaces = values.Contains("absent", StringComparison.Ordinal)
            ? [stage.Cluster.Namespace, "absent"]
            : null;
        stage.ImpersonatedAccount = values.Contains("impersonate", StringComparison.Ordinal) ? "gemma" : null;
        using var http = new HttpClient();
        foreach (
            var document in documents.Where(d =>
                (string?)d["metadata"]!["namespace"] != "absent"
                    && ((string)d["kind"]!).Contains("Role", StringComparison.Ordinal)
                || (string?)d["kind"] == "ServiceAccount"
            )
        )
        {
            await ApplyAsync(http, stage.Cluster.Local!, document);
        }

        var token = stage.Cluster.Local!.TokenFor("gemma-system", "release-gemma-operator");
        await using var proxy = await FaultProxy.StartAsync(() =>
            new KubernetesClientConfiguration { Host = stage.Cluster.Local.Endpoint.ToString(), AccessToken = token }
        );
        await stage.StartOperatorAsync(proxy.Configuration);
        await stage.ApplyAsync(stage.Image(s => s with { Retention = s.Retention with { SuccessfulBuilds = 2 } }));
        await stage.UntilReadyAsync();

        var rules = documents
            .Where(d => (string?)d["kind"] is "ClusterRole" or "Role")
            .SelectMany(d => d["rules"]!.AsArray());
        var granted = rules
            .SelectMany(r =>
                r!["resources"]!.AsArray().SelectMany(res => r["verbs"]!.AsArray().Select(v => $"{v} {res}"))
            )
            .ToHashSet(StringComparer.Ordinal);
        Assert.That(
            granted,
            Is.SupersetOf(
                new[] { "create gemmabuilds", "create jobs", "patch deployments", "patch gemmabaseimages/status" }
            )
        );
        Assert.That(Stage.Is(await stage.ReadAsync(), ConditionType.Ready, "True"));
    }

    private static IEnumerable<string?> Kinds(IEnumerable<JsonObject> documents) =>
        documents.Select(d => (string?)d["kind"]);

    private static Task<IReadOnlyList<JsonObject>> RenderAsync(IReadOnlyList<string> values, string? chart = null) =>
        Helm.RenderAsync(values, chart);

    private static async Task ApplyAsync(HttpClient http, ApiServer cluster, JsonObject document)
    {
        var (version, kind) = ((string)document["apiVersion"]!, (string)document["kind"]!);
        var plural = kind.ToLowerInvariant() + "s";
        var ns = (string?)document["metadata"]!["namespace"];
        var path =
            (version.Contains('/', StringComparison.Ordinal) ? $"/apis/{version}" : $"/api/{version}")
            + (ns is null ? "" : $"/namespaces/{ns}");
        if (ns is not null)
        {
            await SendAsync(
                http,
                cluster,
                HttpMethod.Patch,
                $"/api/v1/namespaces/{ns}",
                new JsonObject
                {
                    ["apiVersion"] = "v1",
                    ["kind"] = "Namespace",
                    ["metadata"] = new JsonObject { ["name"] = ns },
                }
            );
        }

        await SendAsync(http, cluster, HttpMethod.Patch, $"{path}/{plural}/{document["metadata"]!["name"]}", document);
    }

    private static async Task SendAsync(
        HttpClient http,
        ApiServer cluster,
        HttpMethod method,
        string path,
        JsonObject body
    )
    {
        using var request = new HttpRequestMessage(
            method,
            new Uri(cluster.Endpoint, $"{path}?fieldManager=helm&force=true")
        );
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", cluster.Token);
        request.Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8);
        request.Content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue(
            "application/apply-patch+yaml"
        );
        using var response = await http.SendAsync(request);
        Assert.That(response.IsSuccessStatusCode, $"{path}: {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>Makes numbers one type: YAML readers differ in whether 5 is an integer.</summary>
    private static JsonNode? Normal(JsonNode? node) => node is null ? null : JsonNode.Parse(node.ToJsonString());
}
