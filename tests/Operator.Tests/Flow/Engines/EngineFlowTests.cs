using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Operator.Tests.Api.Validation;
using Operator.Tests.Flow.Platforms;
using StandIns;

namespace Operator.Tests.Flow.Engines;

/// <summary>Servers that the base has itself: served, refreshed, given up and changed as the built-in one is.</summary>
internal sealed class EngineFlowTests
{
    [Test]
    public async Task vLLM_is_served_from_the_base_image_itself_and_refreshed()
    {
        await using var stage = await StartAsync();
        await stage.ApplyAsync(stage.Image(Vllm));
        var first = await stage.UntilReadyAsync();
        var build = (await stage.ListAsync<GemmaBuild>()).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Status!.ServingImage!.Digest, Is.EqualTo(first.Status.LatestImage!.Digest));
            Assert.That(
                (build.Spec!.Template.Application!.Engine, build.Spec.Template.Application.ServerImage),
                Is.EqualTo(((WireEnum<ServerEngine>?)ServerEngine.VLLM, ""))
            );
            Assert.That(build.Status!.Verification!.Imports, Does.Contain("vllm"), "it proved that it has it");
            Assert.That(await stage.JobsAsync(SmokeJob.Container), Is.EqualTo(1));
        }

        await stage.UntilServedAsync(first.Status!.ServingImage!.Reference);
        await stage.AskForBuildAsync("refresh");
        var second = await stage.UntilAsync(
            i => i.Status!.ServingImage!.Build == "gemma-b2" && Stage.Is(i, "Ready", "True"),
            "the next image serves"
        );
        await stage.UntilServedAsync(second.Status!.ServingImage!.Reference);
    }

    [Test]
    public async Task A_base_without_vLLM_serves_nothing_and_says_what_brings_it()
    {
        await using var stage = await StartAsync();
        stage.Check.Spoil = report =>
        {
            foreach (var import in report["imports"]!.AsArray().Where(i => (string?)i!["name"] == "vllm"))
            {
                import!["error"] = "No module named 'vllm'";
            }
        };
        await stage.ApplyAsync(
            stage.Image(s => Vllm(s) with { Requirements = new RequirementsSpec { Inline = "meta-package==1.0" } })
        );
        var image = await stage.UntilAsync(
            i => Stage.Is(i, "Verified", "False", "ImportFailed"),
            "the candidate is rejected"
        );
        Assert.That(
            image.Status!.Conditions.Single(c => c.Type == "Verified").Message,
            Does.Contain("vllm: No module named 'vllm'").And.Contain("Add vllm to spec.requirements")
        );
    }

    [Test]
    public async Task Requirements_that_surely_lack_it_cost_no_build()
    {
        await using var stage = await StartAsync();
        await stage.ApplyAsync(stage.Image(s => Vllm(s) with { Requirements = null }));
        var image = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True", "InvalidSpec"), "it is refused");
        Assert.That(
            image.Status!.Conditions.Single(c => c.Type == "Stalled").Message,
            Does.Contain("spec.requirements: nothing in it brings vllm")
        );
        Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
        await stage.ApplyAsync(stage.Image(Vllm));
        await stage.UntilReadyAsync();
    }

    [Test]
    public async Task A_server_of_the_base_is_served_and_a_broken_one_goes_back()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image(Custom));
        var good = (await stage.UntilReadyAsync()).Status!.ServingImage!;
        stage.Check.SpoilSmoke = (_, report) => (report["ok"], report["detail"]) = (false, "it answered 500: broken");
        await stage.AskForBuildAsync("refresh");
        var back = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True", "RolledBack"), "it is rolled back");
        await stage.UntilServedAsync(good.Reference);
        Assert.That(back.Status!.ServingImage, Is.EqualTo(good));
        stage.Check.SpoilSmoke = (_, _) => { };
        stage.Runner.Fault = c =>
            c.Name == ServingDeployment.ContainerName && c.Image != good.Reference
                ? new SimulatedFault(["no"], 2)
                : null;
        await stage.AskForBuildAsync("again");
        await stage.UntilAsync(
            i => i.Status!.RejectedDigests?.Count == 2 && Stage.Is(i, "Available", "True"),
            "probes reject the next"
        );
        await stage.UntilServedAsync(good.Reference);
    }

    [Test]
    public async Task From_one_engine_to_another_and_back_something_proved_always_serves()
    {
        await using var stage = await StartAsync();
        await stage.ApplyAsync(stage.Image());
        var builtin = (await stage.UntilReadyAsync()).Status!.ServingImage!;
        var mixed = new List<string>();
        stage.Runner.Fault = c =>
        {
            // The server's layers have no vLLM, and the base has no server of ours.
            var isVllm = c.Args.Any(a => a.StartsWith("--served-model-name=", StringComparison.Ordinal));
            if (
                c.Name == ServingDeployment.ContainerName
                && isVllm == c.Image.Contains("-service@", StringComparison.Ordinal)
            )
            {
                mixed.Add(c.Image);
            }

            return null;
        };
        await stage.ApplyAsync(stage.Image(Vllm));
        var vllm = (await stage.UntilReadyAsync()).Status!.ServingImage!;
        await stage.UntilServedAsync(vllm.Reference);
        await stage.ApplyAsync(stage.Image());
        var back = (await stage.UntilReadyAsync()).Status!;
        await stage.UntilServedAsync(back.ServingImage!.Reference);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(mixed, Is.Empty, "no image was tried with another engine's settings");
            Assert.That(vllm.Reference, Does.StartWith(stage.Repository + "@"));
            Assert.That(back.ServingImage.Reference, Does.StartWith(stage.Repository + "-service@"));
            Assert.That(builtin.Reference, Does.StartWith(stage.Repository + "-service@"));
            Assert.That((back.RejectedDigests, back.RejectedSettings), Is.EqualTo(((object?)null, (object?)null)));
        }
    }

    [Test]
    public async Task An_image_for_several_platforms_is_served_by_the_index_of_its_bases()
    {
        await using var stage = await TwoPlatforms.StageAsync();
        var image = TwoPlatforms.Image(stage);
        await stage.ApplyAsync(image with { Spec = Custom(image.Spec!) });
        var serving = (await stage.UntilReadyAsync()).Status!.ServingImage!;
        var build = (await TwoPlatforms.BuildAsync(stage, 1)).Status!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(serving.Digest, Is.EqualTo(build.Promoted!.Digest));
            Assert.That(build.Platforms!.Select(p => p.Candidate!.Digest), Has.None.EqualTo(serving.Digest));
            Assert.That(build.Platforms!.Select(p => p.Application), Has.All.Null);
        }

        await stage.UntilServedAsync(serving.Reference);
    }

    [Test]
    public async Task An_edit_to_more_GPUs_than_the_engine_uses_is_refused()
    {
        await using var stage = await Stage.StartAsync(gpus: [2]);
        await stage.ApplyAsync(stage.Image());
        var image = await stage.UntilReadyAsync();
        Assert.That(Stage.Is(image, "GpusIdle", "True"), Is.False);
        var refused = await Assert.ThrowsAsync<KubeApiException>(() => stage.ApplyAsync(stage.Image(s => Gpus(s, 2))));
        Assert.That(refused!.Message, Does.Contain("the engine Builtin uses one GPU"));
    }

    /// <summary>A stage with a claim of weights.</summary>
    private static async Task<Stage> StartAsync()
    {
        var stage = await Stage.StartAsync();
        await stage.MakeStorageClassAsync();
        await stage.Api.CreateAsync(
            new V1PersistentVolumeClaim
            {
                Metadata = new V1ObjectMeta { Name = "weights", NamespaceProperty = stage.Cluster.Namespace },
                Spec = new V1PersistentVolumeClaimSpec
                {
                    StorageClassName = stage.StorageClass,
                    AccessModes = ["ReadWriteMany"],
                    Resources = new V1VolumeResourceRequirements
                    {
                        Requests = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal)
                        {
                            ["storage"] = new("1Gi"),
                        },
                    },
                },
            },
            CancellationToken.None
        );
        return stage;
    }

    private static GemmaBaseImageSpec Gpus(GemmaBaseImageSpec spec, int count) =>
        spec with
        {
            Rollout = spec.Rollout with { Server = spec.Rollout.Server with { Gpu = new GpuSpec { Count = count } } },
        };

    private static GemmaBaseImageSpec Vllm(GemmaBaseImageSpec spec) =>
        spec with
        {
            Requirements = new RequirementsSpec { Inline = "vllm==0.11.0" },
            Rollout = spec.Rollout with
            {
                Server = spec.Rollout.Server with
                {
                    Image = "",
                    Engine = ServerEngine.VLLM,
                    Vllm = new VllmSpec { Args = ["--max-model-len=4096"] },
                    Model = new() { ExistingClaim = "weights" },
                },
            },
        };

    private static GemmaBaseImageSpec Custom(GemmaBaseImageSpec spec) =>
        spec with
        {
            Rollout = spec.Rollout with
            {
                Server = spec.Rollout.Server with
                {
                    Image = "",
                    Engine = ServerEngine.Custom,
                    Custom = EngineMistakes.Custom,
                },
            },
        };
}
