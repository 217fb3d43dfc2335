using System.Text.Json.Nodes;
using LocalCluster.Json;
using Operator.Tests.Api;
using Operator.Tests.Clusters;
using static Operator.Tests.Tools.OlmBundle;

namespace Operator.Tests.Tools;

/// <summary>
/// What operator-framework's validators ask of a bundle (api, pkg/validation: csv, bundle, operatorhub, community,
/// good_practices, crd, removed_apis), as far as it can be asked without them.
/// </summary>
internal sealed class OlmBundleTests
{
    /// <summary>What may be in a bundle beside the ClusterServiceVersion (OLM, docs of the bundle format).</summary>
    private static readonly string[] Kinds = ["ClusterRole", "ClusterServiceVersion", "CustomResourceDefinition"];

    [Test]
    public void The_name_has_the_version_and_both_are_the_chart_s()
    {
        var version = (string?)Csv["spec"]!["version"];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(version, Is.EqualTo((string?)Chart["appVersion"]).And.Match(@"^[0-9]+\.[0-9]+\.[0-9]+(-.+)?$"));
            Assert.That((string?)Csv["metadata"]!["name"], Is.EqualTo($"gemma-operator.v{version}"));
            Assert.That((string?)Csv["spec"]!["minKubeVersion"], Is.EqualTo("1.29.0"));
        }
    }

    [Test]
    public void A_bundle_holds_what_it_may_one_object_a_file_and_the_definitions_as_they_are()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Manifests.Select(m => (string)m["kind"]!).Distinct(), Is.SubsetOf(Kinds));
            Assert.That(Manifests.Select(m => m["metadata"]!["namespace"]), Is.All.Null);
            foreach (var crd in CrdFile.All)
            {
                Assert.That(
                    File.ReadAllText(Path.Combine(Root, "manifests", crd.Name)),
                    Is.EqualTo(crd.Text),
                    "'make manifests' copies it"
                );
            }
        }
    }

    [Test]
    public void What_is_owned_is_in_the_bundle_and_the_other_way_round()
    {
        var owned = Csv["spec"]!["customresourcedefinitions"]!["owned"]!
            .AsArray()
            .Select(o => ((string?)o!["name"], (string?)o["kind"], (string?)o["version"]));
        var there = Manifests
            .Where(m => (string?)m["kind"] == "CustomResourceDefinition")
            .SelectMany(m =>
                m["spec"]!["versions"]!
                    .AsArray()
                    .Select(v =>
                        ((string?)m["metadata"]!["name"], (string?)m["spec"]!["names"]!["kind"], (string?)v!["name"])
                    )
            );
        Assert.That(owned, Is.EquivalentTo(there));
    }

    [Test]
    public void Each_kind_that_is_owned_has_an_example()
    {
        var kinds = Examples.Select(e => ((string?)e["apiVersion"], (string?)e["kind"]));
        Assert.That(
            kinds,
            Is.EquivalentTo(
                new[] { ("gemmaoperator.io/v1alpha1", "GemmaBaseImage"), ("gemmaoperator.io/v1alpha1", "GemmaBuild") }
            )
        );
    }

    [TestCase("GemmaBaseImage")]
    [TestCase("GemmaBuild")]
    public async Task An_example_is_one_that_the_API_server_takes(string kind)
    {
        await using var cluster = await TestCluster.StartAsync();
        foreach (var crd in CrdFile.All)
        {
            await cluster.InstallAsync(
                k8s.KubernetesJson.Deserialize<k8s.Models.V1CustomResourceDefinition>(crd.Document.ToJsonString())
            );
        }

        var example = Examples.Single(e => (string?)e["kind"] == kind);
        example["metadata"]!["namespace"] = cluster.Namespace;
        var json = example.ToJsonString();
        Assert.That(
            async () =>
                kind == "GemmaBuild"
                    ? (object)
                        await cluster.Api.CreateAsync(
                            k8s.KubernetesJson.Deserialize<GemmaOperator.Api.Builds.GemmaBuild>(json),
                            CancellationToken.None
                        )
                    : await cluster.Api.CreateAsync(
                        k8s.KubernetesJson.Deserialize<GemmaOperator.Api.BaseImages.GemmaBaseImage>(json),
                        CancellationToken.None
                    ),
            Throws.Nothing
        );
    }

    [Test]
    public void Descriptors_name_fields_that_there_are()
    {
        var unknown = new List<string>();
        foreach (var owned in Csv["spec"]!["customresourcedefinitions"]!["owned"]!.AsArray())
        {
            var crd = (string?)owned!["kind"] == "GemmaBuild" ? CrdFile.Builds : CrdFile.BaseImages;
            foreach (var (list, root) in new[] { ("specDescriptors", "spec"), ("statusDescriptors", "status") })
            {
                foreach (var descriptor in owned[list]?.AsArray() ?? [])
                {
                    var path = $"{root}.{(string)descriptor!["path"]!}";
                    if (crd.Find(path) is null || (string?)descriptor["displayName"] is not { Length: > 0 })
                    {
                        unknown.Add(path);
                    }
                }
            }
        }

        Assert.That(unknown, Is.Empty);
    }

    [Test]
    public void Every_install_mode_is_named_once_and_one_is_supported()
    {
        var modes = Csv["spec"]!["installModes"]!.AsArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                modes.Select(m => (string)m!["type"]!),
                Is.EquivalentTo(new[] { "OwnNamespace", "SingleNamespace", "MultiNamespace", "AllNamespaces" })
            );
            Assert.That(
                modes.Where(m => (bool)m!["supported"]!).Select(m => (string)m!["type"]!),
                Is.EqualTo(new[] { "AllNamespaces" })
            );
        }
    }

    [Test]
    public void The_deployment_and_its_rights_are_those_of_deploy()
    {
        var install = Csv["spec"]!["install"]!["spec"]!;
        var account = (string?)Deployment["template"]!["spec"]!["serviceAccountName"];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(JsonNode.DeepEquals(Deployment, Of("base", "deployment", "Deployment")["spec"]));
            foreach (
                var (list, file) in new[]
                {
                    ("clusterPermissions", "all-namespaces/rbac"),
                    ("permissions", "base/leader"),
                }
            )
            {
                var given = install[list]!.AsArray().Single()!;
                var parts = file.Split('/');
                Assert.That((string?)given["serviceAccountName"], Is.EqualTo(account));
                Assert.That(
                    JsonNode.DeepEquals(
                        given["rules"],
                        Of(parts[0], parts[1], list == "permissions" ? "Role" : "ClusterRole")["rules"]
                    ),
                    file
                );
            }
        }
    }

    [Test]
    public void No_right_is_a_wildcard_and_every_container_asks_for_what_it_needs()
    {
        var install = Csv["spec"]!["install"]!["spec"]!;
        var rules = install["clusterPermissions"]!.AsArray().Concat(install["permissions"]!.AsArray());
        var words = rules
            .SelectMany(p => p!["rules"]!.AsArray())
            .SelectMany(r => r!.AsObject())
            .SelectMany(field => field.Value!.AsArray().Select(v => (string)v!));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(words, Has.None.EqualTo("*"));
            foreach (var container in Deployment["template"]!["spec"]!["containers"]!.AsArray())
            {
                Assert.That((string?)container!["resources"]!["requests"]!["cpu"], Is.Not.Null.And.Not.Empty);
                Assert.That((string?)container["resources"]!["requests"]!["memory"], Is.Not.Null.And.Not.Empty);
            }
        }
    }

    [Test]
    public async Task Make_manifests_has_written_the_bundle()
    {
        var (code, output) = await Command.RunAsync(
            Helm.Program,
            [
                "template",
                "gemma-operator",
                Path.Combine(Root, "source"),
                "--show-only",
                "templates/clusterserviceversion.yaml",
                .. Given("chart", "charts/gemma-operator/Chart.yaml"),
                .. Given("icon", "charts/gemma-operator/files/icon.svg"),
                .. Given("deployment", "deploy/base/deployment.yaml"),
                .. Given("rbac", "deploy/all-namespaces/rbac.yaml"),
                .. Given("leader", "deploy/base/leader.yaml"),
                .. Given("image", "samples/03-minimal.yaml"),
                .. Given("build", "deploy/olm/source/build.yaml"),
                .. Given("description", "deploy/olm/source/description.md"),
                "--set",
                $"executor={GemmaOperator.Api.Builds.BuildSpec.DefaultExecutorImage}",
            ]
        );
        Assert.That(code, Is.Zero, output);
        Assert.That(
            JsonNode.DeepEquals(YamlReader.Documents(output).Single(), Csv),
            "'make manifests' writes the bundle anew"
        );

        static IEnumerable<string> Given(string name, string path) =>
            ["--set-file", $"{name}={Checkout.PathTo(path.Split('/'))}"];
    }

    private static JsonObject Of(string folder, string file, string kind) =>
        YamlReader
            .Documents(File.ReadAllText(Checkout.PathTo("deploy", folder, $"{file}.yaml")))
            .Single(d => (string?)d["kind"] == kind);
}
