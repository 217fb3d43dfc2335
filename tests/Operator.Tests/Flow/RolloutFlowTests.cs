using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;
using LocalCluster.Nodes;
using Operator.Tests.Clusters;
using StandIns;

namespace Operator.Tests.Flow;

/// <summary>One node with one GPU: what serves gives way only to what works, and comes back when it doesn't.</summary>
internal sealed class RolloutFlowTests
{
    [TestCase(RolloutStrategy.InPlace)]
    [TestCase(RolloutStrategy.Recreate)]
    public async Task A_server_that_crashes_is_rolled_back_on_the_only_GPU_and_a_good_one_follows(
        RolloutStrategy strategy
    )
    {
        await using var stage = await Stage.StartAsync();
        RolloutSpec With(RolloutSpec r) => r with { Strategy = strategy };
        await stage.ApplyAsync(Serving(stage, "1", With));
        var good = (await stage.UntilReadyAsync()).Status!.ServingImage!;
        stage.Runner.Fault = container =>
            container.Serves && container.Image != good.Reference
                ? new SimulatedFault(["libtorch: undefined symbol"], 139)
                : null;
        await stage.ApplyAsync(Serving(stage, "2", With));
        var back = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True", "RolledBack"), "it is rolled back");
        await stage.UntilServedAsync(good.Reference);
        var live = (await stage.ListAsync<V1Deployment>()).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(live.Spec.Template.Spec.Containers[0].Image, Is.EqualTo(good.Reference));
            Assert.That(back.Status!.ServingImage, Is.EqualTo(good));
            Assert.That(back.Status.RejectedDigests, Has.Count.EqualTo(1));
            Assert.That(
                back.Status.Conditions.Single(c => c.Type == "Stalled").Message,
                // Three are enough; how many there were by the time they were looked at is the machine's.
                Does.Match("crashed [0-9]+ times, last with exit code 139")
                    .And.Contain(": libtorch: undefined symbol)")
            );
            Assert.That(Stage.Is(back, "Ready", "False", "RolledBack"));
            Assert.That(
                (await stage.ReadAsync()).Spec!.Rollout.Server.Image,
                Does.EndWith(":2"),
                "the spec is the user's"
            );
        }

        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<Eventsv1Event>()).Count(e =>
                    e.Reason == "RolledBack" && e.Regarding.Kind == "GemmaBaseImage"
                ) == 1,
            "one event tells of it"
        );

        stage.Runner.Fault = _ => null;
        await stage.AskForBuildAsync("mended");
        var mended = await stage.UntilReadyAsync();
        Assert.That(mended.Status!.PreviousImage, Is.EqualTo(good));
    }

    [Test]
    public async Task A_soak_comes_before_Serving_and_the_old_image_stays_the_one_to_go_back_to()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        var good = (await stage.UntilReadyAsync()).Status!.ServingImage!;
        await stage.ApplyAsync(Serving(stage, "2", r => r with { Rollback = new RollbackSpec { SoakTime = "3s" } }));
        var soaking = await stage.UntilAsync(i => i.Status!.Rollout?.Stage == RolloutStage.Soaking, "it soaks");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(soaking.Status!.ServingImage, Is.EqualTo(good));
            Assert.That(Stage.Is(soaking, "Ready", "False", "RolloutInProgress"));
            Assert.That(Stage.Is(soaking, "Available", "True"));
        }

        var proven = await stage.UntilReadyAsync();
        Assert.That(proven.Status!.PreviousImage, Is.EqualTo(good));
        Assert.That(proven.Status.ServingImage, Is.Not.EqualTo(good));
    }

    [Test]
    public async Task Nothing_is_replaced_before_it_is_approved_by_name()
    {
        await using var stage = await Stage.StartAsync();
        RolloutSpec Manual(RolloutSpec r) => r with { Approval = RolloutApproval.Manual };
        await stage.ApplyAsync(Serving(stage, "1", Manual));
        var first = await stage.UntilAsync(
            i => Stage.Is(i, "Reconciling", "True", "AwaitingApproval"),
            "the first waits"
        );
        Assert.That(await stage.ListAsync<V1Deployment>(), Is.Empty);
        await ApproveAsync(stage, first.Status!.LatestBuild!);
        var serving = (await stage.UntilReadyAsync()).Status!.ServingImage!;

        await stage.AskForBuildAsync("again");
        var refreshed = await stage.UntilAsync(
            i => Stage.Is(i, "Fresh", "False", "RolloutPending"),
            "the refresh waits"
        );
        Assert.That(Stage.Is(refreshed, "Ready", "True", "Serving"));
        Assert.That(refreshed.Status!.ServingImage, Is.EqualTo(serving));
        await ApproveAsync(stage, refreshed.Status.LatestBuild!);
        var done = await stage.UntilAsync(
            i => i.Status!.ServingImage!.Build == i.Status.LatestBuild && Stage.Is(i, "Fresh", "True"),
            "it is rolled out"
        );
        Assert.That(done.Status!.PreviousImage, Is.EqualTo(serving));
    }

    [Test]
    public async Task A_new_image_is_pulled_onto_the_node_first()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
        Assert.That(await stage.JobsAsync(PullJob.Container), Is.Zero, "the first image has no pods to keep");
        await stage.ApplyAsync(Serving(stage, "2"));
        var after = await stage.UntilReadyAsync();
        var job = (await stage.ListAsync<V1Job>()).Single(j =>
            j.Spec.Template.Spec.Containers[0].Name == PullJob.Container
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(job.Spec.Template.Spec.Containers[0].Image, Is.EqualTo(after.Status!.ServingImage!.Reference));
            Assert.That(job.Spec.Template.Spec.NodeName, Does.StartWith(stage.Cluster.Namespace));
            Assert.That(job.Status.Succeeded, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task A_surge_is_pulled_onto_every_node_that_may_run_it()
    {
        await using var stage = await Stage.StartAsync(gpus: [1, 0, 1]);
        // Other tests' nodes may be in the same API server.
        var labels = new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["pool"] = stage.Cluster.Namespace } },
        };
        foreach (var node in Enumerable.Range(0, 3))
        {
            await stage.Api.PatchAsync<V1Node>(
                null,
                $"{stage.Cluster.Namespace}-{node}",
                labels,
                null,
                CancellationToken.None
            );
        }

        RolloutSpec Surge(RolloutSpec r) =>
            r with
            {
                Strategy = RolloutStrategy.Surge,
                Server = r.Server with
                {
                    NodeSelector = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["pool"] = stage.Cluster.Namespace,
                    },
                },
            };
        await stage.ApplyAsync(Serving(stage, "1", Surge));
        await stage.UntilReadyAsync();
        await stage.ApplyAsync(Serving(stage, "2", Surge));
        await stage.UntilReadyAsync();
        var nodes = (await stage.ListAsync<V1Job>())
            .Select(j => j.Spec.Template.Spec)
            .Where(p => p.Containers[0].Name == PullJob.Container)
            .Select(p => p.NodeName);
        Assert.That(
            nodes,
            Is.EquivalentTo(new[] { $"{stage.Cluster.Namespace}-0", $"{stage.Cluster.Namespace}-2" }),
            "the one without a GPU gets nothing"
        );
    }

    [Test]
    public async Task A_surge_goes_back_though_somebody_has_taken_the_spare_GPU()
    {
        await using var stage = await Stage.StartAsync(gpus: [2]);
        RolloutSpec Surge(RolloutSpec r) =>
            r with
            {
                Strategy = RolloutStrategy.Surge,
                Rollback = new RollbackSpec { SoakTime = "1h" },
            };
        await stage.ApplyAsync(Serving(stage, "1", Surge));
        var good = (await stage.UntilReadyAsync()).Status!.ServingImage!;
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stage.Runner.Hold = (c, cancellationToken) =>
            c.Name == SmokeJob.Container ? asked.Task.WaitAsync(cancellationToken) : Task.CompletedTask;
        stage.Check.SpoilSmoke = (_, report) => report["ok"] = false;
        await stage.ApplyAsync(Serving(stage, "2", Surge));
        await stage.UntilAsync(
            i => i.Status!.Rollout?.Stage == RolloutStage.Soaking && i.Status.Rollout.Digest != good.Digest,
            "the new one soaks"
        );

        await stage.Api.CreateAsync(Filler(stage), CancellationToken.None);
        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<V1Pod>()).Any(p =>
                    p.Metadata.Name == "filler" && !string.IsNullOrEmpty(p.Spec.NodeName)
                ),
            "the spare GPU is taken"
        );
        asked.SetResult();
        await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True", "RolledBack"), "it is given up");
        await stage.UntilServedAsync(good.Reference);
    }

    /// <summary>Somebody else's pod with a GPU.</summary>
    private static V1Pod Filler(Stage stage)
    {
        var gpu = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal) { ["nvidia.com/gpu"] = new("1") };
        return new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "filler", NamespaceProperty = stage.Cluster.Namespace },
            Spec = new V1PodSpec
            {
                Containers =
                [
                    new V1Container
                    {
                        Name = "c",
                        Image = "theirs.example/x:1",
                        Resources = new V1ResourceRequirements { Limits = gpu, Requests = gpu },
                    },
                ],
            },
        };
    }

    private static Task ApproveAsync(Stage stage, string build) =>
        stage.Api.PatchAsync<GemmaBaseImage>(
            stage.Cluster.Namespace,
            "gemma",
            new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["annotations"] = new JsonObject { [ApiGroup.ApproveAnnotation] = build },
                },
            },
            null,
            CancellationToken.None
        );

    private static GemmaBaseImage Serving(Stage stage, string server, Func<RolloutSpec, RolloutSpec>? change = null) =>
        stage.Image(s =>
        {
            var rollout = s.Rollout with
            {
                Server = s.Rollout.Server with { Image = $"{stage.Registry.Host}/team/server:{server}" },
            };
            return s with { Rollout = change is null ? rollout : change(rollout) };
        });
}
