using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;
using k8s.Models;
using LocalCluster.Images;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow.Outages;

/// <summary>Verified work survives a cosmetic failure, from the registry's refusal to the pods.</summary>
internal sealed class AliasFlowTests
{
    [Test]
    public async Task Alias_an_image_is_served_though_its_tag_is_immutable_and_the_tag_follows_when_it_may()
    {
        var isImmutable = false;
        var options = new ImageRegistryOptions
        {
            Fault = r =>
                isImmutable && r is { Method: "PUT", Path: "/v2/team/gemma-base/manifests/latest" }
                    ? new RegistryFault(
                        400,
                        """{"errors":[{"code":"TAG_INVALID","message":"'latest' already exists and is immutable"}]}"""
                    )
                    : null,
        };
        await using var stage = await Stage.StartAsync(options);
        await stage.StandIns.BaseAsync("hub/pytorch/pytorch", "2.10.0-cuda12.8-cudnn9-runtime", default);
        await stage.StandIns.ServerAsync("team/server", "1", default);
        await stage.ApplyAsync(stage.Image());
        var first = await stage.UntilReadyAsync();
        Assert.That(Stage.Is(first, "AliasTagsCurrent", "True", "TagsMoved"));

        isImmutable = true;
        await stage.AskForBuildAsync("another");
        var served = await stage.UntilAsync(
            i =>
                i.Status!.ServingImage!.Digest != first.Status!.ServingImage!.Digest
                && Stage.Is(i, "Ready", "True")
                && Stage.Is(i, "AliasTagsCurrent", "False", "TagImmutable"),
            "the new image serves, and the condition tells"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stage.Is(served, "Fresh", "True"));
            Assert.That(Stage.Is(served, "Stalled", "True"), Is.False);
            Assert.That(
                served.Status!.Conditions.Single(c => c.Type == "AliasTagsCurrent").Message,
                Does.StartWith("Build gemma-b2: spec.output.aliasTags: ").And.Contain("TAG_INVALID")
            );
            Assert.That((await stage.ListAsync<GemmaBuild>()).All(b => b.HasSucceeded));
            Assert.That(
                stage.Registry.Tags("team/gemma-base")["latest"],
                Is.EqualTo(first.Status!.LatestImage!.Digest)
            );
        }

        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<Eventsv1Event>()).Count(e =>
                    e is { Reason: "TagImmutable", Regarding.Kind: "GemmaBaseImage" }
                ) == 1,
            "it was told once"
        );
        isImmutable = false;
        stage.Time.Advance(TimeSpan.FromMinutes(5));
        await stage.Api.PatchAsync<GemmaBuild>(
            stage.Cluster.Namespace,
            "gemma-b2",
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["example.com/n"] = "1" } },
            },
            null,
            CancellationToken.None
        );
        await stage.UntilAsync(i => Stage.Is(i, "AliasTagsCurrent", "True", "TagsMoved"), "the tag has moved");
        Assert.That(stage.Registry.Tags("team/gemma-base")["latest"], Is.EqualTo(served.Status!.LatestImage!.Digest));
    }
}
