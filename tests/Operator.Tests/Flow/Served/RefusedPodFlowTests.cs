using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;
using LocalCluster.Nodes;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow.Served;

/// <summary>Pods that never become pods are told at once, and held against no image.</summary>
internal sealed class RefusedPodFlowTests
{
    [Test]
    public async Task Pods_that_a_kubelet_refuses_one_after_another_are_told_in_its_words_until_it_takes_one()
    {
        var refuses = true;
        await using var stage = await Stage.StartAsync(nodeOptions: o =>
            o with
            {
                Refuses = pod =>
                    Volatile.Read(ref refuses)
                    && (string?)pod["metadata"]!["labels"]?["app.kubernetes.io/name"] == "gemma-server"
                        ? new PodRefusal(
                            "UnexpectedAdmissionError",
                            "Allocate failed due to requested number of devices"
                        )
                        : null,
            }
        );
        await stage.ApplyAsync(stage.Image());
        var told = await stage.UntilAsync(i => Stage.Is(i, "Available", "False", "PodsRefused"), "it is told");
        foreach (var type in new[] { "Available", "Reconciling" })
        {
            Assert.That(
                told.Status!.Conditions.Single(c => c.Type == type).Message,
                Does.Contain("UnexpectedAdmissionError: Pod was rejected: Allocate failed"),
                type
            );
        }

        Volatile.Write(ref refuses, false);
        await stage.UntilReadyAsync();
    }

    [Test]
    public async Task A_surge_with_a_claim_of_one_node_acts_in_place_and_says_why()
    {
        await using var stage = await Stage.StartAsync(gpus: [1, 1]);
        await stage.MakeStorageClassAsync();
        await stage.Api.CreateAsync(
            new V1PersistentVolumeClaim
            {
                Metadata = new V1ObjectMeta { Name = "weights", NamespaceProperty = stage.Cluster.Namespace },
                Spec = new V1PersistentVolumeClaimSpec
                {
                    AccessModes = ["ReadWriteOnce"],
                    StorageClassName = stage.StorageClass,
                    Resources = new V1VolumeResourceRequirements
                    {
                        Requests = new Dictionary<string, ResourceQuantity> { ["storage"] = new("1Gi") },
                    },
                },
            },
            CancellationToken.None
        );
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Rollout = s.Rollout with
                    {
                        Strategy = RolloutStrategy.Surge,
                        Server = s.Rollout.Server with { Model = new ModelSpec { ExistingClaim = "weights" } },
                    },
                }
            )
        );
        await stage.UntilReadyAsync();
        await stage.AskForBuildAsync("again");
        var second = await stage.UntilAsync(
            i => i.Status?.ServingImage?.Build == "gemma-b2",
            "the second image serves, on whatever node"
        );
        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<Eventsv1Event>()).Any(e =>
                    e.Reason == "ClaimAccessMode" && e.Note.Contains("Surge acts as InPlace", StringComparison.Ordinal)
                ),
            "an event says why"
        );
        Assert.That(second.Status!.RejectedDigests, Is.Null);
    }

    [Test]
    public async Task A_node_that_falls_silent_is_named_and_no_rollout()
    {
        await using var stage = await Stage.StartAsync(nodeOptions: o =>
            o with
            {
                NodeGrace = TimeSpan.FromMilliseconds(50),
            }
        );
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
        var node = (await stage.ListAsync<V1Pod>())
            .Single(p => p.Spec.Containers[0].Name == ServingDeployment.ContainerName)
            .Spec.NodeName;
        stage.Nodes.Silence(node);
        var told = await stage.UntilAsync(i => Stage.Is(i, "Available", "False", "NodeLost"), "the node is named");
        using (Assert.EnterMultipleScope())
        {
            foreach (var type in new[] { "Available", "Ready", "Reconciling" })
            {
                var message = told.Status!.Conditions.Single(c => c.Type == type).Message;
                Assert.That(message, Does.Contain($"node {node} is lost since "), type);
                Assert.That(message, Does.Not.Contain("Rolling out"), type);
            }

            Assert.That(Stage.Is(told, "Ready", "False", "PodsUnavailable"));
        }

        stage.Nodes.Revive(node);
        await stage.UntilReadyAsync();
    }
}
