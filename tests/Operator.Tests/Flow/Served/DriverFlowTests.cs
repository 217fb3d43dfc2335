using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using k8s.Models;

namespace Operator.Tests.Flow.Served;

/// <summary>Nodes with a driver that is too old are told of, and whoever serves there serves.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class DriverFlowTests
{
    [TestCase("470.57.02", "DriverTooOld")]
    [TestCase("570.86.15", "EndOfLine")]
    public async Task The_drivers_of_nodes_are_looked_at(string driver, string reason)
    {
        await using var stage = await Stage.StartAsync();
        var ns = stage.Cluster.Namespace;
        await stage.Api.PatchAsync<V1Node>(
            null,
            $"{ns}-0",
            new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["labels"] = new JsonObject { ["pool"] = ns, ["nvidia.com/cuda.driver-version.full"] = driver },
                },
            },
            null,
            CancellationToken.None
        );
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Rollout = s.Rollout with
                    {
                        Server = s.Rollout.Server with
                        {
                            NodeSelector = new Dictionary<string, string>(StringComparer.Ordinal) { ["pool"] = ns },
                        },
                    },
                }
            )
        );
        var image = await stage.UntilReadyAsync();
        var said = image.Status!.Conditions.Single(c => c.Type == "BaseSupported");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((said.Status, said.Reason), Is.EqualTo(("False", reason)));
            Assert.That(said.Message, Does.Contain($"{ns}-0 (driver {driver})"));
            Assert.That(image.Status.ServerImage?.Reference, Is.EqualTo(image.Spec!.Rollout.Server.Image));
        }
    }
}
