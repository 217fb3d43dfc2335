using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Json;
using Operator.Tests.Api;

namespace Operator.Tests.Tools;

/// <summary>Each value of the chart is described, checked at every depth, and does what it says.</summary>
public sealed class ChartValuesTests
{
    private static readonly string[][] Sets =
    [
        [],
        ["watchNamespace=ml", "replicas=1"],
        ["defaults.build.retries=1", "defaults.verification.imports={torch}"],
        ["nameOverride=gemma", "commonLabels.team=ml", "revisionHistoryLimit=1"],
        ["fullnameOverride=operator", "serviceAccount.create=false,serviceAccount.name=mine"],
        ["podDisruptionBudget.minAvailable=1", "strategy.type=Recreate", "networkPolicy.enabled=true"],
        ["dashboard.enabled=true", "dashboard.tlsSecret=page", "networkPolicy.enabled=true"],
        ["proxy.https=http://proxy.example:3128", "proxy.none={.corp.example}", "caBundle.configMap=authorities"],
        ["hostNetwork=true", "dnsPolicy=ClusterFirstWithHostNet", "terminationGracePeriodSeconds=60"],
        ["extraArgs={--api-requests-per-second=20}", "extraEnv[0].name=A,extraEnv[0].value=b"],
        ["extraVolumes[0].name=x,extraVolumes[0].emptyDir.medium=Memory", "livenessProbe.failureThreshold=9"],
        [
            "extraVolumeMounts[0].name=x,extraVolumeMounts[0].mountPath=/x",
            "tolerations[0].key=x,tolerations[0].operator=Exists",
        ],
        [
            "metrics.serviceMonitor.enabled=true",
            "metrics.podMonitor.enabled=true",
            "metrics.prometheusRule.enabled=true",
        ],
        [
            "topologySpreadConstraints[0].maxSkew=1,topologySpreadConstraints[0].topologyKey=zone",
            "topologySpreadConstraints[0].whenUnsatisfiable=ScheduleAnyway",
        ],
    ];

    private static JsonObject Schema =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Helm.Chart, "values.schema.json")))!.AsObject();

    private static JsonObject Defaults =>
        YamlReader.Documents(File.ReadAllText(Path.Combine(Helm.Chart, "values.yaml"))).Single();

    [TestCase("resources.limit.cpu=1", "limit")]
    [TestCase("resources.limits.memory=lots", "memory")]
    [TestCase("tolerations[0].efect=NoSchedule", "efect")]
    [TestCase("affinity.nodeAffinty.x=1", "nodeAffinty")]
    [TestCase("livenessProbe.periodSecond=1", "periodSecond")]
    [TestCase("podLabels.a b=c", "podLabels")]
    [TestCase("commonLabels.a=b c", "commonLabels")]
    [TestCase("caBundle.configMap=a,caBundle.secret=b", "caBundle")]
    [TestCase("dashboard.enable=true", "enable")]
    [TestCase("proxy.https=proxy:3128", "proxy.https")]
    [TestCase("proxy.none={10.0.0.0/8}", "proxy.none")]
    [TestCase("extraEnv[0].name=POD_NAME", "extraEnv.0")]
    [TestCase("extraEnv[0].nam=A", "nam")]
    [TestCase("extraVolumes[0].name=tmp,extraVolumes[0].emptyDir.medium=Memory", "extraVolumes.0")]
    [TestCase("extraArgs={leader-elect}", "extraArgs.0")]
    [TestCase("podDisruptionBudget.maxUnavailabl=1", "maxUnavailabl")]
    [TestCase("securityContext.runAsnonRoot=true", "runAsnonRoot")]
    [TestCase("topologySpreadConstraints[0].maxSkew=1", "topologySpreadConstraints.0")]
    [TestCase("networkPolicy.registryPorts={70000}", "registryPorts")]
    [TestCase("metrics.podMonitor.interval=soon", "interval")]
    [TestCase("metrics.prometheusRule.alerts.GemmaImageStalled.fro=1m", "fro")]
    [TestCase("extraObjects[0].kind=ConfigMap", "extraObjects.0")]
    [TestCase("defaults.build.retrys=1", "retrys")]
    [TestCase("defaults.build.retries=99", "retries")]
    [TestCase("defaults.build.env[0].nam=A", "nam")]
    [TestCase("defaults.output.repository=registry.example/a/b", "repository")]
    public async Task A_typo_is_refused_by_name_at_every_depth(string value, string name)
    {
        var (code, output) = await Helm.TemplateAsync(["--set", value]);
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain(name));
    }

    [Test]
    public void Each_value_has_a_description_and_lets_nothing_through_unseen()
    {
        var faults = new List<string>();
        Walk("", Schema, faults, isRoot: true);
        foreach (var (name, definition) in Schema["definitions"]!.AsObject())
        {
            Walk($"#{name}", definition!.AsObject(), faults, isRoot: true);
        }

        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void Each_value_of_the_schema_has_a_default_to_be_seen_and_the_other_way_round()
    {
        Assert.That(
            Defaults.Select(d => d.Key),
            Is.EquivalentTo(Schema["properties"]!.AsObject().Select(p => p.Key).Except(["global"]))
        );
    }

    [Test]
    public void The_readme_is_made_of_the_schema()
    {
        var path = Path.Combine(Helm.Chart, "README.md");
        var lines = new StringBuilder(
            """
            # gemma-operator

            Keeps GPU base images fresh and serves Gemma on them. Needs Kubernetes 1.29 or newer and Helm 3.6 or newer.

            ```sh
            helm upgrade --install gemma-operator charts/gemma-operator --namespace gemma-system --create-namespace \
              --set image.repository=REGISTRY/gemma-operator
            ```

            The definitions come with the release and stay when it goes. What the operator may do and why, upgrades and removal:
            `docs/operations.md`; alerts: `docs/alerts.md`. Names of values that aren't below are refused, at every depth.

            | value | default | meaning |
            |---|---|---|

            """
        );
        Rows("", Schema, Defaults, lines);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, lines.ToString());
        }

        Assert.That(File.ReadAllText(path), Is.EqualTo(lines.ToString()), "UPDATE_GOLDEN=1 writes it anew");
    }

    [TestCaseSource(nameof(Sets))]
    public async Task Objects_keep_their_labels_and_selectors_find_their_pods(params string[] values)
    {
        var documents = await Helm.RenderAsync([
            .. values.SelectMany(v => new[] { "--set", v }),
            // Whatever else somebody sets, these would break the selectors.
            "--set",
            @"podLabels.app\.kubernetes\.io/name=another,commonLabels.app\.kubernetes\.io/instance=another",
        ]);
        var pods = documents.Single(d => (string?)d["kind"] == "Deployment")["spec"]!["template"]!["metadata"]![
            "labels"
        ]!.AsObject();
        foreach (var document in documents.Where(d => (string?)d["kind"] is not "CustomResourceDefinition"))
        {
            var labels = document["metadata"]!["labels"]!.AsObject();
            Assert.That((string?)labels["app.kubernetes.io/instance"], Is.EqualTo("release"), $"{document["kind"]}");
            if (values.Contains("commonLabels.team=ml"))
            {
                Assert.That((string?)labels["team"], Is.EqualTo("ml"), $"{document["kind"]}");
            }

            var selector =
                document["spec"]?["selector"]?["matchLabels"] ?? document["spec"]?["podSelector"]?["matchLabels"];
            if (selector is JsonObject asked && (string?)document["kind"] != "PodMonitor")
            {
                Assert.That(
                    asked.Where(a => (string?)pods[a.Key] != (string?)a.Value),
                    Is.Empty,
                    $"{document["kind"]}"
                );
            }
        }
    }

    [Test]
    public async Task With_one_namespace_no_right_reaches_beyond_it()
    {
        var documents = await Helm.RenderAsync(["--set", "watchNamespace=ml"]);
        Assert.That(documents.Select(d => (string?)d["kind"]), Has.None.StartsWith("ClusterRole"));
        Assert.That(
            documents
                .Where(d => (string?)d["kind"] is "Role" or "RoleBinding")
                .Select(d => (string?)d["metadata"]!["namespace"])
                .Distinct(),
            Is.EquivalentTo(new[] { "ml", "gemma-system" })
        );
    }

    [Test]
    public async Task A_proxy_is_never_between_the_operator_and_the_API_server()
    {
        var container = await ContainerAsync("proxy.http=http://proxy.example:3128");
        var variables = container["env"]!.AsArray().ToDictionary(e => (string)e!["name"]!, e => (string?)e!["value"]);
        Assert.That(variables["HTTP_PROXY"], Is.EqualTo("http://proxy.example:3128"));
        Assert.That(variables["NO_PROXY"], Does.StartWith("$(KUBERNETES_SERVICE_HOST),").And.Contain(".svc"));
        Assert.That(variables, Does.Not.ContainKey("HTTPS_PROXY"));
    }

    [Test]
    public async Task Own_authorities_are_beside_those_of_the_image()
    {
        var container = await ContainerAsync("caBundle.secret=authorities");
        var mount = container["volumeMounts"]!.AsArray().Single(m => (string?)m!["name"] == "ca")!;
        var folders = container["env"]!.AsArray().Single(e => (string?)e!["name"] == "SSL_CERT_DIR")!;
        Assert.That(((string)folders["value"]!).Split(':'), Does.Contain((string)mount["mountPath"]!));
        Assert.That(((string)folders["value"]!).Split(':'), Does.Contain("/etc/ssl/certs"));
    }

    [Test]
    public void Nothing_in_it_is_a_link()
    {
        Assert.That(
            Directory
                .EnumerateFileSystemEntries(Helm.Chart, "*", SearchOption.AllDirectories)
                .Where(e => new FileInfo(e).LinkTarget is not null),
            Is.Empty
        );
    }

    private static async Task<JsonObject> ContainerAsync(string value) =>
        (await Helm.RenderAsync(["--set", value])).Single(d => (string?)d["kind"] == "Deployment")["spec"]![
            "template"
        ]!["spec"]!["containers"]![0]!.AsObject();

    /// <summary>Finds values without description, and objects that take any key.</summary>
    private static void Walk(string path, JsonObject schema, List<string> faults, bool isRoot = false)
    {
        if (!isRoot && !path.StartsWith('#') && schema["description"] is null)
        {
            faults.Add($"{path}: no description");
        }

        foreach (var (name, below) in schema["properties"] as JsonObject ?? [])
        {
            if (
                below is JsonObject { Count: > 0 } value
                && below["type"]?.ToJsonString() == "\"object\""
                && name != "global"
            )
            {
                // What a volume or a foreign object holds is the API server's to judge.
                var isForeign =
                    path.StartsWith("#volume", StringComparison.Ordinal)
                    || path.StartsWith("#object", StringComparison.Ordinal);
                if (!isForeign && value["additionalProperties"] is null)
                {
                    faults.Add($"{path}.{name}: takes any key");
                }
            }

            Walk($"{path}.{name}".TrimStart('.'), below!.AsObject(), faults, path.StartsWith('#'));
        }
    }

    private static void Rows(string path, JsonObject schema, JsonNode? defaults, StringBuilder into)
    {
        foreach (var (name, below) in schema["properties"]!.AsObject())
        {
            var value = below!.AsObject();
            var full = path.Length == 0 ? name : $"{path}.{name}";
            var given = (defaults as JsonObject)?[name];
            if (value["properties"] is not null)
            {
                into.AppendLine($"| **`{full}`** | | {value["description"]} |");
                Rows(full, value, given, into);
            }
            else if (name != "global")
            {
                var shown = given is null or JsonValue ? given?.ToJsonString() : Compact(given);
                into.AppendLine(
                    $"| `{full}` | {(shown is null or "\"\"" ? "" : $"`{shown.Trim('"')}`")} | {value["description"]} |"
                );
            }
        }
    }

    private static string? Compact(JsonNode node) =>
        node is JsonArray { Count: 0 } or JsonObject { Count: 0 } ? null : node.ToJsonString();
}
