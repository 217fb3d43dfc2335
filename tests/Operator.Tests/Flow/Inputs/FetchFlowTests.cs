using System.Text;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Hub;
using k8s.Models;
using LocalCluster.Nodes;
using Operator.Tests.Clusters;
using StandIns.Hub;

namespace Operator.Tests.Flow.Inputs;

/// <summary>How the weights come from where a spec says they are into the pods that serve.</summary>
internal sealed class FetchFlowTests
{
    private const string Repository = "google/gemma-3-1b-it";

    [Test]
    public async Task Weights_of_a_hub_are_fetched_into_a_claim_before_a_pod_starts()
    {
        await using var hub = await HubStandIn.StartAsync(CancellationToken.None);
        var commit = hub.Repository(Repository).Commit("main", Gemma("one"));
        await using var stage = await StartAsync(hub);
        await stage.ApplyAsync(OnHub(stage, s => s));
        var ready = await stage.UntilReadyAsync();
        var claim = (await stage.ListAsync<V1PersistentVolumeClaim>()).Single();
        var deployment = (await stage.ListAsync<V1Deployment>()).Single();
        var job = (await stage.ListAsync<V1Job>()).Single(j =>
            j.Spec.Template.Spec.Containers[0].Name == "fetch-model"
        );
        Assert.Multiple(() =>
        {
            Assert.That(ready.Status!.Model!.Revision, Is.EqualTo(commit));
            Assert.That(ready.Status.Model.Claim, Is.EqualTo(claim.Metadata.Name));
            Assert.That(ready.Status.Model.Fetch!.Stage.Value, Is.EqualTo(ModelFetchStage.Fetched));
            Assert.That(claim.FetchedBytes, Is.EqualTo(2_000_000_000));
            Assert.That(claim.Metadata.OwnerReferences.Single().Uid, Is.EqualTo(ready.Metadata.Uid));
            Assert.That(
                deployment.Spec.Template.Spec.Volumes[0].PersistentVolumeClaim.ClaimName,
                Is.EqualTo(claim.Metadata.Name)
            );
            Assert.That(
                deployment.Spec.Template.Metadata.Annotations["gemmaoperator.io/model"],
                Does.EndWith($"{Repository}@{commit[..12]}")
            );
            Assert.That(job.Spec.Template.Spec.Containers[0].Image, Is.EqualTo(ready.Status.ServingImage!.Reference));
        });
        await UntilEventAsync(stage, "ModelFetched");
    }

    [Test]
    public async Task A_branch_that_moved_is_fetched_while_the_pods_before_serve_and_its_old_claim_goes()
    {
        await using var hub = await HubStandIn.StartAsync(CancellationToken.None);
        hub.Repository(Repository).Commit("main", Gemma("one"));
        await using var stage = await StartAsync(hub);
        await stage.ApplyAsync(
            OnHub(stage, s => s with { Triggers = s.Triggers with { Model = new ModelTrigger { Enabled = true } } })
        );
        var first = await stage.UntilReadyAsync();

        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stage.Runner.Hold = (container, _) => container.Name == "fetch-model" ? release.Task : Task.CompletedTask;
        var moved = hub.Repository(Repository).Commit("main", Gemma("two"));
        stage.Time.Advance(TimeSpan.FromHours(7));
        await stage.NudgeAsync();
        var fetching = await stage.UntilAsync(
            i => Stage.Is(i, "Reconciling", "True", "FetchingModel"),
            "the new weights are fetched"
        );
        Assert.Multiple(() =>
        {
            Assert.That(fetching.Status!.Model!.Revision, Is.EqualTo(moved));
            Assert.That(Stage.Is(fetching, "Ready", "True"), "what serves goes on");
        });
        Assert.That(
            (await stage.ListAsync<V1Deployment>())
                .Single()
                .Spec.Template.Spec.Volumes[0]
                .PersistentVolumeClaim.ClaimName,
            Is.EqualTo(first.Status!.Model!.Claim)
        );

        release.SetResult();
        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<V1PersistentVolumeClaim>())
                    .Where(c => c.Metadata.DeletionTimestamp is null)
                    .Select(c => c.Metadata.Name)
                    .ToList()
                    is [var left]
                && left != first.Status.Model.Claim,
            "pods have the new weights, and the old claim is gone"
        );
        await stage.UntilReadyAsync();
    }

    [Test]
    public async Task Weights_stay_with_what_serves_and_the_next_object_takes_both_over()
    {
        await using var hub = await HubStandIn.StartAsync(CancellationToken.None);
        hub.Repository(Repository).Commit("main", Gemma("one"));
        await using var stage = await StartAsync(hub);
        await stage.ApplyAsync(OnHub(stage, s => s));
        await stage.UntilReadyAsync();
        var claim = (await stage.ListAsync<V1PersistentVolumeClaim>()).Single();

        await stage.ApplyAsync(OnHub(stage, s => s with { DeletionPolicy = DeletionPolicy.Orphan, Suspend = true }));
        await stage.UntilAsync(i => i.Status!.DeletionPolicy?.Value == DeletionPolicy.Orphan, "it is in force");
        Assert.That(
            (await stage.ListAsync<V1PersistentVolumeClaim>()).Single().Metadata.OwnerReferences,
            Is.Null.Or.Empty
        );
        await stage.Api.DeleteAsync<GemmaBaseImage>(stage.Cluster.Namespace, "gemma", null, CancellationToken.None);
        await Eventually.ThatAsync(
            async () =>
                await stage.Api.GetAsync<GemmaBaseImage>(stage.Cluster.Namespace, "gemma", CancellationToken.None)
                    is null,
            "the object is gone"
        );
        await stage.TakeBaseAwayAsync();
        var next = await stage.ApplyAsync(OnHub(stage, s => s));
        await stage.UntilAsync(i => i.Status?.DeletionPolicy?.Value == DeletionPolicy.Delete, "it is taken over");
        var taken = (await stage.ListAsync<V1PersistentVolumeClaim>()).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(taken.Metadata.Uid, Is.EqualTo(claim.Metadata.Uid));
            Assert.That(taken.Metadata.OwnerReferences.Single().Uid, Is.EqualTo(next.Metadata.Uid));
            Assert.That(taken.MadeFor, Is.EqualTo(next.Metadata.Uid));
        }
    }

    [Test]
    public async Task A_licence_that_nobody_accepted_is_told_and_its_acceptance_is_found_out()
    {
        await using var hub = await HubStandIn.StartAsync(CancellationToken.None);
        hub.Repository(Repository).Commit("main", Gemma("one"));
        await using var stage = await StartAsync(hub);
        var good = stage.Check.Fetching;
        stage.Check.Fetching = _ => new ContainerResult(
            1,
            """{"error":{"reason":"Gated","message":"accept the licence at https://hub.example/google","retry":false}}"""
        );
        await stage.ApplyAsync(OnHub(stage, s => s));
        var stalled = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True", "ModelFetchFailed"), "it is told");
        Assert.Multiple(() =>
        {
            Assert.That(
                stalled.Status!.Conditions.Single(c => c.Type == "Stalled").Message,
                Does.Contain("accept the licence at https://hub.example/google")
            );
            Assert.That(stalled.Status.Model!.Fetch!.Reason, Is.EqualTo("Gated"));
        });
        Assert.That(await stage.ListAsync<V1Deployment>(), Is.Empty, "no GPU is held by pods without weights");
        await UntilEventAsync(stage, "ModelFetchFailed");

        stage.Check.Fetching = good;
        stage.Time.Advance(TimeSpan.FromMinutes(11));
        await stage.NudgeAsync();
        await stage.UntilReadyAsync();
    }

    [Test]
    public async Task A_branch_that_moved_to_what_can_t_be_fetched_stalls_nothing_that_serves()
    {
        await using var hub = await HubStandIn.StartAsync(CancellationToken.None);
        hub.Repository(Repository).Commit("main", Gemma("one"));
        await using var stage = await StartAsync(hub);
        await stage.ApplyAsync(
            OnHub(stage, s => s with { Triggers = s.Triggers with { Model = new ModelTrigger { Enabled = true } } })
        );
        await stage.UntilReadyAsync();
        stage.Check.Fetching = _ => new ContainerResult(
            1,
            """{"error":{"reason":"HashMismatch","message":"model.safetensors isn't what the hub says","retry":false}}"""
        );
        hub.Repository(Repository).Commit("main", Gemma("two"));
        stage.Time.Advance(TimeSpan.FromHours(7));
        await stage.NudgeAsync();
        var told = await stage.UntilAsync(i => Stage.Is(i, "Fresh", "False", "RefreshFailed"), "Fresh tells");
        Assert.Multiple(() =>
        {
            Assert.That(Stage.Is(told, "Ready", "True"), "what serves goes on");
            Assert.That(Stage.Is(told, "Stalled", "True"), Is.False);
            Assert.That(told.Status!.Conditions.Single(c => c.Type == "Fresh").Message, Does.Contain("HashMismatch"));
        });
    }

    [Test]
    public async Task Weights_in_an_image_are_mounted_by_digest()
    {
        await using var stage = await Stage.StartAsync();
        var digest = await stage.StandIns.BaseAsync("models/gemma", "1", CancellationToken.None);
        await stage.ApplyAsync(
            With(
                stage,
                new ModelSpec { Image = new ModelImageSpec { Reference = $"{stage.Registry.Host}/models/gemma:1" } },
                s => s
            )
        );
        var ready = await stage.UntilReadyAsync();
        var volume = (await stage.ListAsync<V1Deployment>()).Single().Spec.Template.Spec.Volumes[0];
        Assert.Multiple(() =>
        {
            Assert.That(volume.Image.Reference, Is.EqualTo($"{stage.Registry.Host}/models/gemma@{digest}"));
            Assert.That(ready.Status!.Model!.Delivery.Value, Is.EqualTo(ModelDelivery.ImageVolume));
            Assert.That(ready.Status.Model.Digest, Is.EqualTo(digest));
        });
    }

    private static async Task<Stage> StartAsync(HubStandIn hub)
    {
        var stage = await Stage.StartAsync(startOperator: false);
        stage.Hub = HubEndpoint.Parse(hub.Endpoint.ToString());
        await stage.StandIns.ServerAsync(
            "team/server",
            "1",
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["gemmaoperator.io/model"] = "required",
                ["gemmaoperator.io/fetch"] = "1",
            },
            CancellationToken.None
        );
        await stage.MakeStorageClassAsync();
        await stage.StartOperatorAsync();
        return stage;
    }

    private static GemmaBaseImage OnHub(Stage stage, Func<GemmaBaseImageSpec, GemmaBaseImageSpec> change) =>
        With(
            stage,
            new ModelSpec
            {
                Hub = new ModelHubSpec
                {
                    Repository = Repository,
                    Storage = new ModelStorageSpec { Size = "1Gi", StorageClassName = stage.StorageClass },
                },
            },
            change
        );

    private static GemmaBaseImage With(
        Stage stage,
        ModelSpec model,
        Func<GemmaBaseImageSpec, GemmaBaseImageSpec> change
    ) =>
        stage.Image(s =>
            change(s with { Rollout = s.Rollout with { Server = s.Rollout.Server with { Model = model } } })
        );

    private static Task UntilEventAsync(Stage stage, string reason) =>
        Eventually.ThatAsync(
            async () => (await stage.ListAsync<Eventsv1Event>()).Any(e => e.Reason == reason),
            $"an event {reason} tells"
        );

    private static StandIns.Hub.HubFile[] Gemma(string weights) =>
        [
            StandIns.Hub.HubFile.Of(
                "config.json",
                Encoding.UTF8.GetBytes("""{"architectures":["Gemma3ForCausalLM"]}""")
            ),
            StandIns.Hub.HubFile.Of("tokenizer.model", Encoding.UTF8.GetBytes("tokens")),
            StandIns.Hub.HubFile.Of("model.safetensors", Encoding.UTF8.GetBytes(weights)),
        ];
}
