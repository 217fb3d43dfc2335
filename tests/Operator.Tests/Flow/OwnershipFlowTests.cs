using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow;

/// <summary>
/// Fields of the Deployment that the operator states are its own; all others belong to whoever set them.
/// </summary>
internal sealed class OwnershipFlowTests
{
    [Test]
    public async Task What_others_add_stays_and_what_they_change_of_ours_is_put_right()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        var before = await stage.UntilReadyAsync();
        await PatchAsync(
            stage,
            """
            {"metadata":{"annotations":{"reloader.example/match":"true"}},
             "spec":{"template":{"metadata":{"annotations":{"sidecar.example/injected":"yes"}},
                                 "spec":{"hostAliases":[{"ip":"192.0.2.9","hostnames":["models.example"]}]}}}}
            """
        );
        await PatchAsync(
            stage,
            """{"spec":{"progressDeadlineSeconds":77,"strategy":{"rollingUpdate":{"maxSurge":1}}}}"""
        );
        await Eventually.ThatAsync(
            async () =>
                await LiveAsync(stage)
                    is { Spec: { ProgressDeadlineSeconds: 3600, Strategy.RollingUpdate.MaxSurge.Value: "0" } },
            "what was changed of ours is put right"
        );
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Rollout = s.Rollout with { Server = s.Rollout.Server with { TerminationGracePeriodSeconds = 99 } },
                }
            )
        );
        await Eventually.ThatAsync(
            async () => (await LiveAsync(stage)).Spec.Template.Spec.TerminationGracePeriodSeconds == 99,
            "a changed spec arrives"
        );
        var live = await LiveAsync(stage);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(live.Metadata.Annotations["reloader.example/match"], Is.EqualTo("true"));
            Assert.That(live.Spec.Template.Metadata.Annotations["sidecar.example/injected"], Is.EqualTo("yes"));
            Assert.That(live.Spec.Template.Spec.HostAliases, Has.Count.EqualTo(1));
            Assert.That(
                live.Spec.Template.Spec.Containers[0].Image,
                Is.EqualTo(before.Status!.ServingImage!.Reference)
            );
        }
    }

    [Test]
    public async Task Replicas_that_an_autoscaler_has_set_are_the_autoscaler_s()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
        Assert.That(await BudgetsAsync(stage), Is.Empty, "one replica has no budget");
        await stage.Api.PatchAsync<V1Deployment>(
            stage.Cluster.Namespace,
            "gemma",
            new JsonObject { ["spec"] = new JsonObject { ["replicas"] = 3 } },
            "scale",
            CancellationToken.None
        );
        await Eventually.ThatAsync(async () => (await BudgetsAsync(stage)).Count == 1, "three replicas have one");
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Rollout = s.Rollout with { Server = s.Rollout.Server with { TerminationGracePeriodSeconds = 99 } },
                }
            )
        );
        await Eventually.ThatAsync(
            async () => (await LiveAsync(stage)).Spec.Template.Spec.TerminationGracePeriodSeconds == 99,
            "a changed spec arrives"
        );
        Assert.That((await LiveAsync(stage)).Spec.Replicas, Is.EqualTo(3));
        Assert.That(ServingDeployment.IsScaledByOthers(await stage.ReadAsync(), await LiveAsync(stage)));
        var asking = await stage.ReadAsync();
        await stage.Api.PatchAsync<GemmaBaseImage>(
            stage.Cluster.Namespace,
            asking.Metadata.Name,
            new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["annotations"] = new JsonObject { [ApiGroup.PlanAnnotation] = "scaled" },
                },
            },
            null,
            CancellationToken.None
        );
        var planned = await stage.UntilAsync(i => i.Status!.Plan?.ObservedRequest == "scaled", "a plan is made");
        Assert.That(planned.Status!.Plan!.Rollout!.Effect, Is.EqualTo("None"), "and nobody foretells otherwise");
    }

    [Test]
    public async Task Replicas_that_nobody_scales_follow_the_spec_and_so_does_the_budget()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(Replicas(stage, 2));
        await Eventually.ThatAsync(async () => (await BudgetsAsync(stage)).Count == 1, "two replicas have a budget");
        await PatchAsync(stage, """{"spec":{"replicas":5}}""");
        await Eventually.ThatAsync(
            async () => (await LiveAsync(stage)).Spec.Replicas == 2,
            "an edit of the Deployment is undone"
        );
        var budget = (await BudgetsAsync(stage)).Single();
        Assert.That(
            (budget.Spec.MaxUnavailable.Value, budget.Spec.Selector.MatchLabels[ApiGroup.ImageLabel]),
            Is.EqualTo(("1", "gemma"))
        );

        await stage.ApplyAsync(Replicas(stage, 1));
        await Eventually.ThatAsync(async () => (await BudgetsAsync(stage)).Count == 0, "one replica has none");
    }

    private static GemmaBaseImage Replicas(Stage stage, int count) =>
        stage.Image(s => s with { Rollout = s.Rollout with { Server = s.Rollout.Server with { Replicas = count } } });

    private static Task PatchAsync(Stage stage, string patch) =>
        stage.Api.PatchAsync<V1Deployment>(
            stage.Cluster.Namespace,
            "gemma",
            JsonNode.Parse(patch)!.AsObject(),
            null,
            CancellationToken.None
        );

    private static async Task<V1Deployment> LiveAsync(Stage stage) =>
        (await stage.Api.GetAsync<V1Deployment>(stage.Cluster.Namespace, "gemma", CancellationToken.None))!;

    private static Task<IReadOnlyList<V1PodDisruptionBudget>> BudgetsAsync(Stage stage) =>
        stage.ListAsync<V1PodDisruptionBudget>();
}
