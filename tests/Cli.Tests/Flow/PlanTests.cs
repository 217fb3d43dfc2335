using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Plans;
using KubectlGemma.Output;
using Operator.Tests.Api;
using Operator.Tests.Tools;

namespace Cli.Tests.Flow;

/// <summary>The operator's own answer, in <c>status.plan</c>, is the one that the program gives.</summary>
public sealed class PlanTests
{
    private World _world = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _world = await World.StartAsync();
        await _world.Stage.ApplyAsync(_world.Stage.Image(spec => spec with { Schedule = "0 9 * * 1" }));
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

    [TestCase("spec")]
    [TestCase("systemPackages")]
    [TestCase("server")]
    [TestCase("settings")]
    [TestCase("podMetadata")]
    [TestCase("refused")]
    public async Task A_proposal_has_the_answer_of_diff(string kind)
    {
        var proposal = _world.Stage.Image(spec =>
            Changed(kind, spec with { Schedule = "0 9 * * 1" }) with
            {
                Suspend = true,
            }
        );
        proposal.Metadata.Name = $"pull-{kind.ToLowerInvariant()}";
        await _world.Stage.ApplyAsync(proposal);
        var asked = await _world.RunAsync("plan", proposal.Metadata.Name, "--in-place-of", "gemma", "--wait");
        var plan = (await ReadAsync(proposal.Metadata.Name)).Status!.Plan!;
        var diff = await DiffAsync(proposal);

        var build = diff["build"];
        Assert.Multiple(() =>
        {
            Assert.That(asked.Code, Is.EqualTo(kind == "refused" ? ExitCode.Failed : ExitCode.Done), asked.Err);
            Assert.That(plan.InPlaceOf, Is.EqualTo("gemma"));
            Assert.That(
                plan.Result.Value,
                Is.EqualTo(
                    kind == "refused" ? PlanResult.Refused
                    : build is null ? PlanResult.NoBuild
                    : PlanResult.BuildNeeded
                )
            );
            if (kind == "refused")
            {
                Assert.That($"{plan.Reason}: {plan.Message}", Is.EqualTo((string?)diff["refused"]));
                return;
            }

            Assert.That(plan.Message, Is.EqualTo((string?)diff["decision"]));
            Assert.That(plan.Rule, Is.EqualTo((string?)diff["rule"]));
            Assert.That(plan.Build?.Name, Is.EqualTo((string?)build?["name"]));
            Assert.That(plan.Build?.DockerfileHash, Is.EqualTo((string?)build?["dockerfileHash"]));
            Assert.That(plan.Build?.Layers ?? 0, Is.EqualTo(build?["layers"]!.AsArray().Count ?? 0));
            Assert.That(
                plan.Build?.CachedLayers ?? 0,
                Is.EqualTo(build?["layers"]!.AsArray().Count(l => (bool)l!["cached"]!) ?? 0)
            );
            Assert.That(plan.Build?.AnewBecause, Is.EqualTo((string?)build?["anewBecause"]));
            Assert.That(plan.Build?.Cost, Is.EqualTo((string?)build?["minutes"]!["cost"]));
            Assert.That(plan.Rollout!.Effect, Is.EqualTo((string?)diff["rollout"]!["effect"]));
            Assert.That(plan.Rollout.Message, Is.EqualTo((string?)diff["rollout"]!["message"]));
            Assert.That(plan.Rollout.Nodes, Is.EqualTo((int?)diff["rollout"]!["nodes"]));
            Assert.That(plan.Rollout.BytesPerNode, Is.EqualTo((long?)diff["rollout"]!["bytesPerNode"]));
            Assert.That(
                plan.Rollout.Settings ?? [],
                Is.EqualTo(diff["rollout"]!["settings"]!.AsArray().Select(s => (string)s!["field"]!))
            );
        });
    }

    [Test]
    public async Task Labels_and_annotations_of_pods_are_fields_too()
    {
        var diff = await DiffAsync(_world.Stage.Image(spec => Changed("podMetadata", spec)));
        Assert.That((string?)diff["rollout"]!["effect"], Is.EqualTo("Replaced"));
        Assert.That(
            diff["rollout"]!["settings"]!.AsArray().Select(s => (string?)s!["field"]),
            Is.EqualTo(new[] { "metadata.annotations.b.example/c", "metadata.labels.team" })
        );
    }

    [Test]
    public async Task An_object_s_own_plan_has_the_answer_of_why()
    {
        var asked = await _world.RunAsync("plan", "gemma", "--wait");
        var plan = (await ReadAsync("gemma")).Status!.Plan!;
        var why = JsonNode.Parse((await _world.RunAsync("why", "gemma", "-o", "json")).Out)!;
        Assert.Multiple(() =>
        {
            Assert.That(asked.Code, Is.Zero, asked.Err);
            Assert.That(asked.Out, Does.Contain("gemma: NoBuild").And.Contain("tick of the schedule at"));
            Assert.That(plan.Rule, Is.EqualTo((string?)why["builds"]!["rule"]));
            Assert.That(plan.Message, Is.EqualTo((string?)why["builds"]!["decision"]));
            Assert.That(plan.Rollout!.Rule, Is.EqualTo((string?)why["serving"]!["rule"]));
            Assert.That(plan.NextScheduleTime, Is.Not.Null);
        });
    }

    [Test]
    public async Task The_check_of_the_documentation_works_as_it_stands()
    {
        const string Begin = "```sh\nname=gemma-service";
        var page = File.ReadAllText(Checkout.PathTo("docs/gitops.md"));
        var script = page[(page.IndexOf(Begin, StringComparison.Ordinal) + "```sh\n".Length)..];
        script = script[..script.IndexOf("```", StringComparison.Ordinal)]
            .Replace("name=gemma-service", "name=gemma", StringComparison.Ordinal);
        var manifest = JsonNode.Parse(
            k8s.KubernetesJson.Serialize(_world.Stage.Image(spec => Changed("systemPackages", spec)))
        )!;
        manifest["metadata"] = new JsonObject { ["name"] = "gemma" };
        _world.Folder.Write("gemma.yaml", manifest.ToJsonString());
        var kubectl = Command.Find("kubectl", "see https://kubernetes.io/docs/tasks/tools");
        var (code, printed) = await Command.RunAsync(
            "bash",
            [
                "-c",
                $$"""
                set -e
                cd {{Path.GetDirectoryName(_world.Folder.Path("config"))}}
                kubectl() { {{kubectl}} --kubeconfig config -n {{_world.Stage.Cluster.Namespace}} "$@"; }
                git() { echo 3f2a1c9; }
                {{script}}
                """,
            ]
        );
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.Zero, printed);
            Assert.That(printed, Does.Contain("BuildNeeded: "));
            Assert.That(printed, Does.Contain("\"pull-42\" deleted"));
            Assert.That(
                (string?)JsonNode.Parse(File.ReadAllText(_world.Folder.Path("plan.json")))!["build"]!["name"],
                Is.EqualTo("gemma-b2")
            );
        });
    }

    private GemmaBaseImageSpec Changed(string kind, GemmaBaseImageSpec spec) =>
        kind switch
        {
            "spec" => spec,
            "systemPackages" => spec with { SystemPackages = ["curl", "git"] },
            "server" => spec with
            {
                Rollout = spec.Rollout with
                {
                    Server = spec.Rollout.Server with { Image = $"{_world.Stage.Registry.Host}/team/server:2" },
                },
            },
            "settings" => spec with
            {
                Rollout = spec.Rollout with { Server = spec.Rollout.Server with { TerminationGracePeriodSeconds = 7 } },
            },
            "podMetadata" => spec with
            {
                Rollout = spec.Rollout with
                {
                    Server = spec.Rollout.Server with
                    {
                        PodLabels = new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "a" },
                        PodAnnotations = new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            ["b.example/c"] = "d",
                        },
                    },
                },
            },
            "refused" => spec with { Requirements = new() { ConfigMapRef = new() { Name = "nowhere" } } },
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such case"),
        };

    /// <summary>Asks for the same change, as if the object itself were edited.</summary>
    private async Task<JsonNode> DiffAsync(GemmaBaseImage proposal)
    {
        var manifest = JsonNode.Parse(k8s.KubernetesJson.Serialize(proposal))!;
        manifest["metadata"] = new JsonObject { ["name"] = "gemma" };
        manifest["spec"]!["suspend"] = false;
        using var input = new StringReader(manifest.ToJsonString());
        var run = await _world.RunAsync(input, "diff", "-f", "-", "-o", "json");
        Assert.That(run.Out, Is.Not.Empty, run.Err);
        return JsonNode.Parse(run.Out)![0]!;
    }

    private async Task<GemmaBaseImage> ReadAsync(string name) =>
        (
            await _world.Stage.Api.GetAsync<GemmaBaseImage>(
                _world.Stage.Cluster.Namespace,
                name,
                CancellationToken.None
            )
        )!;
}
