using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Pods;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;
using Operator.Tests.Clusters;
using StandIns;

namespace Operator.Tests.Flow.Served;

/// <summary>The pod template to go back to stands in a ControllerRevision.</summary>
internal sealed class RevisionFlowTests
{
    [Test]
    public async Task What_serves_is_kept_in_a_revision_that_the_status_names_and_old_ones_are_collected()
    {
        TestCluster.NeedsGarbageCollector();
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(With(stage, "m0"));
        var image = await stage.UntilReadyAsync();
        var revision = (await stage.ListAsync<V1ControllerRevision>()).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(image.Status!.ServingTemplate, Is.Null);
            Assert.That(image.Status.ServingRevision!.Name, Is.EqualTo(revision.Metadata.Name));
            Assert.That(image.Status.ServingRevision.Image, Is.EqualTo(image.Status.ServingImage!.Reference));
            Assert.That(revision.Metadata.OwnerReferences.Single().Uid, Is.EqualTo(image.Metadata.Uid));
            Assert.That(revision.Metadata.OwnerReferences.Single().Controller, Is.True);
        }

        var last = revision.Revision;
        foreach (var mode in Enumerable.Range(1, 5))
        {
            await stage.ApplyAsync(With(stage, $"m{mode}"));
            var before = image.Status!.ServingRevision!.Name;
            image = await stage.UntilAsync(
                i => i.Status!.ServingRevision?.Name is { } name && name != before,
                "the changed settings proved themselves"
            );
            var named = (await stage.ListAsync<V1ControllerRevision>()).Single(r =>
                r.Metadata.Name == image.Status!.ServingRevision!.Name
            );
            Assert.That(named.Revision, Is.GreaterThan(last!.Value), "numbers rise");
            last = named.Revision;
        }

        Assert.That(await stage.ListAsync<V1ControllerRevision>(), Has.Count.InRange(2, 4));
        await stage.Api.DeleteAsync<GemmaBaseImage>(stage.Cluster.Namespace, "gemma", null, CancellationToken.None);
        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<V1ControllerRevision>()).Count == 0,
            "they go with the object"
        );
    }

    [Test]
    public async Task A_template_in_the_status_of_an_older_operator_moves_and_no_pod_is_replaced(
        [Values] bool isNameLeft
    )
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(With(stage, "good"));
        var image = await stage.UntilReadyAsync();
        var pod = await PodAsync(stage);
        var deployment = (await stage.ListAsync<V1Deployment>()).Single();
        var revision = (await stage.ListAsync<V1ControllerRevision>()).Single();
        await stage.StopOperatorAsync();
        await stage.Api.DeleteAsync<V1ControllerRevision>(
            stage.Cluster.Namespace,
            revision.Metadata.Name,
            null,
            CancellationToken.None
        );
        if (isNameLeft)
        {
            // As an earlier object of the name left it.
            await stage.Api.CreateAsync(Left(revision), CancellationToken.None);
        }

        await PatchStatusAsync(
            stage,
            new JsonObject
            {
                ["servingRevision"] = null,
                ["servingTemplate"] = JsonNode.Parse(revision.Data.ToString()!)!["spec"]!["template"]!.ToJsonString(),
            }
        );

        await stage.StartOperatorAsync();
        var after = await stage.UntilAsync(
            i => i.Status is { ServingTemplate: null, ServingRevision: not null },
            "the template has moved"
        );
        await stage.UntilReadyAsync();
        var now = (await stage.ListAsync<V1Deployment>()).Single();
        var kept = (await stage.ListAsync<V1ControllerRevision>()).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(kept.Metadata.OwnerReferences.Single().Uid, Is.EqualTo(image.Metadata.Uid));
            Assert.That(after.Status!.ServingRevision, Is.EqualTo(image.Status!.ServingRevision));
            Assert.That(after.Status.InputsHash, Is.EqualTo(image.Status.InputsHash));
            Assert.That(after.Status.BuildCounter, Is.EqualTo(1));
            Assert.That((await PodAsync(stage)).Metadata.Uid, Is.EqualTo(pod.Metadata.Uid));
            Assert.That(now.Metadata.Generation, Is.EqualTo(deployment.Metadata.Generation));
        }
    }

    [Test]
    public async Task Somebody_else_s_template_under_the_name_is_never_served_and_settings_go_back_all_the_same()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(With(stage, "good"));
        var image = await stage.UntilReadyAsync();
        var good = (await stage.ListAsync<V1ControllerRevision>()).Single();
        await stage.StopOperatorAsync();
        var forged = JsonNode.Parse(good.Data.ToString()!)!;
        forged["spec"]!["template"]!["spec"]!["containers"]![0]!["securityContext"] = new JsonObject
        {
            ["privileged"] = true,
        };
        await stage.Api.DeleteAsync<V1ControllerRevision>(
            stage.Cluster.Namespace,
            good.Metadata.Name,
            null,
            CancellationToken.None
        );
        await stage.Api.CreateAsync(
            new V1ControllerRevision
            {
                ApiVersion = "apps/v1",
                Kind = "ControllerRevision",
                Metadata = new V1ObjectMeta
                {
                    Name = good.Metadata.Name,
                    NamespaceProperty = stage.Cluster.Namespace,
                    Labels = good.Metadata.Labels,
                    OwnerReferences = good.Metadata.OwnerReferences,
                },
                Data = forged.Deserialize<JsonElement>(),
                Revision = good.Revision,
            },
            CancellationToken.None
        );
        stage.Runner.Fault = c =>
            c.Serves && c.Env.GetValueOrDefault("MODE") == "bad" ? new SimulatedFault(["no"], 2) : null;
        await stage.ApplyAsync(With(stage, "bad"));
        await stage.StartOperatorAsync();
        var back = await stage.UntilAsync(
            i => Stage.Is(i, "Stalled", "True", "SettingsRolledBack") && Stage.Is(i, "Available", "True"),
            "the settings before serve again"
        );
        var pod = await PodAsync(stage);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pod.Spec.Containers[0].Env.Single(e => e.Name == "MODE").Value, Is.EqualTo("good"));
            Assert.That(pod.Spec.Containers[0].SecurityContext?.Privileged, Is.Not.True);
            Assert.That(back.Status!.ServingImage, Is.EqualTo(image.Status!.ServingImage));
            Assert.That(back.Status.ServingRevision!.Name, Is.Not.EqualTo(good.Metadata.Name), "that name is taken");
        }

        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<Eventsv1Event>()).Count(e => e.Reason == "TemplateLost") == 1,
            "it is told once"
        );
    }

    private static V1ControllerRevision Left(V1ControllerRevision revision) =>
        new()
        {
            ApiVersion = "apps/v1",
            Kind = "ControllerRevision",
            Metadata = new V1ObjectMeta
            {
                Name = revision.Metadata.Name,
                NamespaceProperty = revision.Metadata.NamespaceProperty,
                Labels = revision.Metadata.Labels,
            },
            Data = revision.Data,
            Revision = revision.Revision,
        };

    private static async Task<V1Pod> PodAsync(Stage stage) =>
        (await stage.ListAsync<V1Pod>($"{WorkloadMetadata.NameLabel}={WorkloadMetadata.ServerName}")).Single(p =>
            p.Metadata.DeletionTimestamp is null
        );

    private static Task PatchStatusAsync(Stage stage, JsonObject status) =>
        stage.Api.PatchAsync<GemmaBaseImage>(
            stage.Cluster.Namespace,
            "gemma",
            new JsonObject { ["status"] = status },
            "status",
            CancellationToken.None
        );

    private static GemmaBaseImage With(Stage stage, string mode) =>
        stage.Image(s =>
            s with
            {
                Rollout = s.Rollout with
                {
                    Server = s.Rollout.Server with { Env = [new ServerVariable { Name = "MODE", Value = mode }] },
                },
            }
        );
}
