using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow;

/// <summary>
/// Names that a build needs are taken: by what an earlier object of its name left, or by somebody else.
/// </summary>
internal sealed class LeftoverFlowTests
{
    [Test]
    public async Task An_object_made_anew_takes_nothing_of_its_namesake_for_its_own()
    {
        TestCluster.NeedsGarbage();
        await using var stage = await Stage.StartAsync();
        stage.Cluster.Local?.HoldGarbage();
        await stage.ApplyAsync(Published(stage));
        var first = await stage.UntilReadyAsync();
        var build = await BuildAsync(stage);
        await stage.Api.DeleteAsync<GemmaBaseImage>(stage.Cluster.Namespace, "gemma", null, CancellationToken.None);
        await stage.ApplyAsync(Published(stage));
        await stage.UntilAsync(
            i => i.Metadata.Uid != first.Metadata.Uid && Stage.Is(i, "Reconciling", "True", "NameTaken"),
            "the build's name is taken"
        );

        await CollectAsync<GemmaBuild>(stage, first.Metadata.Uid);
        var blocked = await stage.UntilAsync(i => Says(i, "ConfigMap"), "the context's name is taken");
        Assert.That(
            blocked.Status!.Conditions.Single(c => c.Type == "Reconciling").Message,
            Does.Contain("is of an earlier GemmaBuild gemma-b1")
        );
        await CollectAsync<V1ConfigMap>(stage, build!.Metadata.Uid);
        await stage.UntilAsync(i => Says(i, "Job"), "the Job's name is taken");
        await CollectAsync<V1Job>(stage, build.Metadata.Uid);
        await stage.UntilReadyAsync();

        var done = await BuildAsync(stage);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(done!.Metadata.Uid, Is.Not.EqualTo(build.Metadata.Uid));
            Assert.That(
                (done.Status!.Attempts, done.Status.Failure),
                Is.EqualTo((1, (BuildFailure?)null)),
                "nothing failed and nothing was done twice"
            );
            Assert.That(
                (await stage.ListAsync<V1Job>()).Select(j => j.GetController().Uid),
                Is.All.EqualTo(done.Metadata.Uid)
            );
        }
    }

    [Test]
    public async Task What_is_somebody_else_s_is_named_and_waited_for()
    {
        await using var stage = await Stage.StartAsync();
        var theirs = new V1ConfigMap
        {
            ApiVersion = "v1",
            Kind = "ConfigMap",
            Metadata = new V1ObjectMeta { Name = "gemma-b1-context", NamespaceProperty = stage.Cluster.Namespace },
        };
        await stage.Api.CreateAsync(theirs, CancellationToken.None);
        await stage.ApplyAsync(Published(stage));
        var blocked = await stage.UntilAsync(i => Stage.Is(i, "Reconciling", "True", "NameTaken"), "it says so");
        Assert.That(
            blocked.Status!.Conditions.Single(c => c.Type == "Reconciling").Message,
            Does.Contain("gemma-b1-context isn't of this GemmaBuild: delete it")
        );
        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<Eventsv1Event>()).Any(e =>
                    e is { Reason: "NameTaken", Type: "Warning", Regarding.Kind: GemmaBuild.KubeKind }
                ),
            "an event tells of it"
        );

        await stage.Api.DeleteAsync<V1ConfigMap>(
            stage.Cluster.Namespace,
            theirs.Metadata.Name,
            null,
            CancellationToken.None
        );
        // Nothing tells of it, and the next look is in a minute.
        await stage.Api.PatchAsync<GemmaBuild>(
            stage.Cluster.Namespace,
            "gemma-b1",
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["example.com/nudge"] = "1" } },
            },
            null,
            CancellationToken.None
        );
        await stage.UntilReadyAsync();
        Assert.That(await stage.JobsAsync(KanikoJob.Container), Is.EqualTo(1));
    }

    private static GemmaBaseImage Published(Stage stage) =>
        stage.Image(s => s with { Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly } });

    private static bool Says(GemmaBaseImage image, string kind) =>
        image.Status!.Conditions.Any(c =>
            c is { Type: "Reconciling", Reason: "NameTaken" }
            && c.Message.Contains($": {kind} {image.Metadata.NamespaceProperty}/", StringComparison.Ordinal)
        );

    private static Task<GemmaBuild?> BuildAsync(Stage stage) =>
        stage.Api.GetAsync<GemmaBuild>(stage.Cluster.Namespace, "gemma-b1", CancellationToken.None);

    /// <summary>What a garbage collector does, at last.</summary>
    private static async Task CollectAsync<T>(Stage stage, string owner)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        foreach (var left in (await stage.ListAsync<T>()).Where(o => o.GetController()?.Uid == owner))
        {
            await stage.Api.DeleteAsync<T>(stage.Cluster.Namespace, left.Metadata.Name, null, CancellationToken.None);
        }
    }
}
