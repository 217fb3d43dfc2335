using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using k8s.Models;
using KubectlGemma.Output;
using Operator.Tests.Api;

namespace Cli.Tests.Flow;

/// <summary>What applying a manifest would do is told beforehand, by the operator's own rules.</summary>
public sealed class DiffTests
{
    private World _world = null!;

    private string Manifest =>
        $$$"""
            apiVersion: gemmaoperator.io/v1alpha1
            kind: GemmaBaseImage
            metadata: {name: gemma}
            spec:
              base: {pytorch: "2.10.0", cuda: "12.8", cudnn: "9"}
              systemPackages: [curl]
              requirements: {configMapRef: {name: reqs}}
              output: {repository: "{{{_world.Stage.Repository}}}", insecure: true}
              rollout: {server: {image: "{{{_world.Stage.Registry.Host}}}/team/server:1"}, rollback: {soakTime: 0s}}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: reqs}
            data: {requirements.txt: "idna==3.10"}
            """;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _world = await World.StartAsync();
        await _world.Stage.WriteRequirementsAsync("idna==3.10");
        await _world.Stage.Api.CreateAsync(
            _world.Stage.Image(spec => spec with { Requirements = new() { ConfigMapRef = new() { Name = "reqs" } } }),
            CancellationToken.None
        );
        await _world.Stage.UntilReadyAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_world is not null)
        {
            await _world.DisposeAsync();
        }
    }

    [Test]
    public async Task What_is_there_already_is_no_difference()
    {
        var run = await DiffAsync(Manifest);
        Assert.That(run.Code, Is.Zero, run.Err + run.Out);
        Assert.That(run.Err, Is.Empty);
        Assert.That(run.Out, Does.Contain("no change").And.Contain("none is needed").And.Contain("none is replaced"));
    }

    [Test]
    public async Task A_package_needs_a_build_from_its_layer_on()
    {
        var run = await DiffAsync(Change("[curl]", "[curl, git]"));
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.Failed), run.Err);
            Assert.That(run.Out, Does.Contain("""spec.systemPackages  ["curl"] → ["curl","git"]"""));
            Assert.That(run.Out, Does.Contain("gemma-b2 is needed, because of SpecChange (spec.systemPackages)"));
            Assert.That(run.Out, Does.Match("anew +line +[0-9]+ +system-packages"));
            Assert.That(run.Out, Does.Match(@"(?m)^-.*'curl'; \\$").And.Match(@"(?m)^\+.*'curl' 'git'; \\$"));
            Assert.That(run.Out, Does.Contain("the new image replaces all pods after the build"));
            Assert.That(run.Out, Does.Contain("pulls at most"));
        });
        Assert.That(await _world.BuildsAsync(), Has.Count.EqualTo(1), "nothing was written");
    }

    [Test]
    public async Task A_ConfigMap_beside_it_keeps_the_layers_before_its_own()
    {
        var run = await DiffAsync(Change("idna==3.10", "idna==3.11"), "-o", "json");
        var diff = JsonNode.Parse(run.Out)![0]!;
        var layers = diff["build"]!["layers"]!.AsArray();
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.Failed), run.Err);
            Assert.That((string?)diff["changes"]![0]!["field"], Is.EqualTo("ConfigMap reqs: data.requirements.txt"));
            Assert.That((string?)diff["build"]!["reasons"]![0], Is.EqualTo("RequirementsChange"));
            Assert.That(layers.Select(l => (bool)l!["cached"]!).First(), Is.True, "the packages of the system");
            Assert.That(layers.Select(l => (bool)l!["cached"]!).Last(), Is.False);
            Assert.That((string?)diff["build"]!["anewBecause"], Does.Contain("another requirements.txt"));
            Assert.That((string?)diff["build"]!["texts"]![0]!["diff"], Does.Contain("-idna==3.10\n+idna==3.11"));
        });
    }

    [Test]
    public async Task Another_server_keeps_the_base_image()
    {
        var run = await DiffAsync(Change("server:1", "server:2"));
        Assert.That(run.Code, Is.EqualTo(ExitCode.Failed), run.Err);
        Assert.That(run.Out, Does.Contain("the base image of gemma-b1 is kept").And.Contain("pulls about"));
    }

    [Test]
    public async Task Settings_of_the_pods_replace_them_without_a_build()
    {
        var run = await DiffAsync(Change("server: {", "server: {terminationGracePeriodSeconds: 7, "));
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.Failed), run.Err);
            Assert.That(run.Out, Does.Contain("none is needed").And.Contain("are replaced (InPlace)"));
            Assert.That(run.Out, Does.Contain("terminationGracePeriodSeconds  120 → 7"));
        });
        var scaled = await DiffAsync(Change("server: {", "server: {replicas: 3, "));
        Assert.That(scaled.Out, Does.Contain("1 become 3; the others stay"), scaled.Err);
    }

    [Test]
    public async Task A_new_object_beside_it_is_told_of_what_it_shares()
    {
        var run = await DiffAsync(
            Change("{name: gemma}", "{name: other}").Replace("gemma-base", "other-base", StringComparison.Ordinal)
        );
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.Failed), run.Err);
            Assert.That(run.Out, Does.Contain("other in namespace").And.Contain("is new"));
            Assert.That(run.Out, Does.Contain("other-b1 is needed, because of Initial"));
            Assert.That(run.Out, Does.Contain($"its base with {_world.Stage.Cluster.Namespace}/gemma"));
            Assert.That(run.Out, Does.Contain("spec.cost.fullBuildMinutes"));
        });
    }

    [TestCase("[curl]", "[curl, 'a b']", "spec.systemPackages")]
    [TestCase("systemPackages", "systemPackage", "did you mean systemPackages?")]
    [TestCase("gemma-base", "moved-base", "spec.output.repository")]
    [TestCase("server:1", "Server", "spec.rollout.server.image")]
    [TestCase("{name: gemma}", "{}", "metadata.name: it is missing")]
    [TestCase("{name: gemma}", "gemma", "metadata: it is a plain value; it must be an object")]
    [TestCase("{name: reqs}", "[reqs]", "metadata: it is a list; it must be an object")]
    public async Task What_would_be_refused_is_told_by_its_field(string right, string wrong, string told)
    {
        var run = await DiffAsync(Change(right, wrong));
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.Usage), run.Out);
            Assert.That(run.Err, Does.StartWith("kubectl-gemma: -: ").And.Contain(told));
            Assert.That(run.Err.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        });
    }

    [Test]
    public async Task Who_may_only_read_sees_what_the_manifest_alone_says()
    {
        var ns = _world.Stage.Cluster.Namespace;
        await _world.Stage.Api.ApplyAsync(
            new V1Role
            {
                Metadata = new V1ObjectMeta { Name = "reader", NamespaceProperty = ns },
                Rules =
                [
                    new V1PolicyRule
                    {
                        ApiGroups = ["", "apps", "batch", "policy", "gemmaoperator.io"],
                        Resources =
                        [
                            "configmaps",
                            "deployments",
                            "gemmabaseimages",
                            "gemmabuilds",
                            "jobs",
                            "persistentvolumeclaims",
                            "poddisruptionbudgets",
                            "pods",
                            "services",
                        ],
                        Verbs = ["get", "list"],
                    },
                ],
            },
            CancellationToken.None
        );
        await _world.Stage.Api.ApplyAsync(
            new V1RoleBinding
            {
                Metadata = new V1ObjectMeta { Name = "reader", NamespaceProperty = ns },
                RoleRef = new V1RoleRef
                {
                    ApiGroup = "rbac.authorization.k8s.io",
                    Kind = "Role",
                    Name = "reader",
                },
                Subjects = [new Rbacv1Subject { Kind = "User", Name = "ann" }],
            },
            CancellationToken.None
        );
        var run = await DiffAsync(
            Change("base: {", "base: {pullSecretRef: {name: pull}, ")
                .Replace("[curl]", "[curl, git]", StringComparison.Ordinal),
            "--as",
            "ann"
        );
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.Failed), run.Err);
            Assert.That(
                run.Err,
                Does.Contain("not allowed to patch gemmabaseimages.gemmaoperator.io, not even in a dry run")
            );
            Assert.That(run.Err, Does.Contain("not allowed to get secrets"));
            Assert.That(run.Err, Does.Contain("not allowed to list gemmabaseimages in all namespaces"));
            Assert.That(run.Out, Does.Contain("gemma-b2 is needed, because of SpecChange (spec.systemPackages)"));
        });
        foreach (var sample in Directory.EnumerateFiles(Checkout.PathTo("samples"), "invalid-*.yaml"))
        {
            // Without the API server's rules, too, what is wrong is no crash.
            var invalid = await _world.RunAsync("diff", "-f", sample, "--as", "ann");
            Assert.That(
                invalid.Code,
                Is.EqualTo(ExitCode.Usage).Or.EqualTo(ExitCode.Failed),
                $"{sample}: {invalid.Err}"
            );
            Assert.That(invalid.Err, Does.Not.Contain("   at "));
        }

        var nobody = await DiffAsync(Manifest, "--as", "bob");
        Assert.That(nobody.Code, Is.EqualTo(ExitCode.NotAllowed));
        Assert.That(nobody.Err, Does.Contain("ask for the verb "));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task What_the_manifest_says_no_more_goes_and_what_others_did_stays(bool isServerSide)
    {
        var (stage, name) = (_world.Stage, isServerSide ? "applied" : "by-kubectl");
        var image = stage.Image(spec =>
            spec with
            {
                Suspend = isServerSide,
                Schedule = "0 9 * * 1",
                Output = new OutputSpec { Repository = $"{stage.Registry.Host}/team/{name}", Insecure = true },
                Rollout = spec.Rollout with { Mode = RolloutMode.PublishOnly },
            }
        );
        image.Metadata.Name = name;
        if (isServerSide)
        {
            await stage.ApplyAsync(image);
        }
        else
        {
            image.Metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["kubectl.kubernetes.io/last-applied-configuration"] =
                    """{"spec":{"systemPackages":["curl"],"schedule":"0 9 * * 1"}}""",
            };
            await stage.Api.CreateAsync(
                image with
                {
                    Spec = image.Spec! with { Suspend = true },
                },
                CancellationToken.None
            );
        }

        var run = await DiffAsync(
            $$$"""
            apiVersion: gemmaoperator.io/v1alpha1
            kind: GemmaBaseImage
            metadata: {name: {{{name}}}}
            spec:
              base: {pytorch: "2.10.0", cuda: "12.8", cudnn: "9"}
              systemPackages: [curl]
              output: {repository: "{{{stage.Registry.Host}}}/team/{{{name}}}"}
            """
        );
        Assert.Multiple(() =>
        {
            Assert.That(run.Out, Does.Contain("spec.schedule  0 9 * * 1 → "), run.Err);
            Assert.That(run.Out, isServerSide ? Does.Contain("spec.suspend") : Does.Not.Contain("spec.suspend"));
        });
    }

    private string Change(string old, string now) => Manifest.Replace(old, now, StringComparison.Ordinal);

    private async Task<Run> DiffAsync(string manifest, params string[] more)
    {
        using var input = new StringReader(manifest);
        return await _world.RunAsync(input, ["diff", "-f", "-", .. more]);
    }
}
