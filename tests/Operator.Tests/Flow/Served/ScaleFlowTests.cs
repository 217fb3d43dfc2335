using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;

namespace Operator.Tests.Flow.Served;

/// <summary>The scale subresource, as 'kubectl scale' and autoscalers use it.</summary>
internal sealed class ScaleFlowTests
{
    [Test]
    public async Task A_scale_is_carried_out_and_proves_nothing_anew()
    {
        await using var stage = await Stage.StartAsync(gpus: [1, 1, 1]);
        await stage.ApplyAsync(stage.Image());
        var before = (await stage.UntilReadyAsync()).Status!;
        var asked = await stage.JobsAsync(SmokeJob.Container);
        Assert.That(
            (before.Replicas, before.Selector),
            Is.EqualTo((1, "app.kubernetes.io/name=gemma-server,gemmaoperator.io/image=gemma"))
        );

        await ScaleAsync<GemmaBaseImage>(stage, 3);
        var after = await stage.UntilAsync(
            i => i.Status!.Replicas == 3 && i.Status.Rollout!.ReadyReplicas == 3 && Stage.Is(i, "Ready", "True"),
            "three pods serve"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.Spec!.Rollout.Server.Replicas, Is.EqualTo(3));
            Assert.That(
                (after.Status!.BuildCounter, after.Status.ServingImage, after.Status.ServingSettings),
                Is.EqualTo((before.BuildCounter, before.ServingImage, before.ServingSettings))
            );
            Assert.That(await stage.JobsAsync(SmokeJob.Container), Is.EqualTo(asked), "no new proof");
            Assert.That(
                await stage.ListAsync<V1Pod>(after.Status.Selector),
                Has.Count.EqualTo(3),
                "the selector selects the served pods and no others"
            );
        }
    }

    [Test]
    public async Task A_scale_of_the_object_takes_replicas_back_from_who_scaled_the_Deployment()
    {
        await using var stage = await Stage.StartAsync(gpus: [1, 1, 1]);
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
        await ScaleAsync<V1Deployment>(stage, 2);
        await stage.UntilAsync(i => i.Status!.Replicas == 2, "the Deployment's scale is left alone");
        await ScaleAsync<GemmaBaseImage>(stage, 3);
        await stage.UntilAsync(i => i.Status!.Replicas == 3, "the object's own is newer");
        await ScaleAsync<GemmaBaseImage>(stage, 0);
        await stage.UntilAsync(i => i.Status!.Replicas == 0, "and none is none");
    }

    [Test]
    public async Task A_manifest_that_leaves_replicas_out_leaves_them_to_who_scales()
    {
        await using var stage = await Stage.StartAsync(gpus: [1, 1]);
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
        await ScaleAsync<GemmaBaseImage>(stage, 2);
        // A merge patch of another field, as client-side apply sends it of a manifest without replicas.
        await stage.Api.PatchAsync<GemmaBaseImage>(
            stage.Cluster.Namespace,
            "gemma",
            JsonNode.Parse("""{"spec":{"rollout":{"server":{"terminationGracePeriodSeconds":99}}}}""")!.AsObject(),
            null,
            CancellationToken.None
        );
        var image = await stage.UntilAsync(
            i => i.Status!.ObservedGeneration == i.Metadata.Generation && Stage.Is(i, "Ready", "True"),
            "the edit is rolled out"
        );
        Assert.That((image.Spec!.Rollout.Server.Replicas, image.Status!.Replicas), Is.EqualTo((2, 2)));
    }

    private static Task ScaleAsync<T>(Stage stage, int replicas)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta> =>
        stage.Api.PatchAsync<T>(
            stage.Cluster.Namespace,
            "gemma",
            new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas } },
            "scale",
            CancellationToken.None
        );
}
