using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Controllers;

/// <summary>Keeps as many pods of a ReplicaSet as it wants.</summary>
internal sealed class ReplicaSetController(Work work)
{
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        foreach (var set in work.Mirror.All(Kind.ReplicaSet).ToList())
        {
            if (set.Metadata()["deletionTimestamp"] is null)
            {
                await OneAsync(set, cancellationToken);
            }
        }
    }

    private async Task OneAsync(JsonObject set, CancellationToken cancellationToken)
    {
        var wanted = (int)(set.Object("spec")!["replicas"].Number() ?? 1);
        var pods = work.Mirror.Live(set);
        for (var i = pods.Count; i < wanted; i++)
        {
            await OwnedPods.CreateAsync(work, set, "replicaset-controller", cancellationToken);
        }

        // Those that serve least go first.
        foreach (var pod in pods.OrderBy(OwnedPods.IsReady).Take(Math.Max(0, pods.Count - wanted)))
        {
            await work.DeleteAsync(Kind.Pod, pod, "", cancellationToken);
        }

        pods = work.Mirror.Live(set);
        var ready = pods.Count(OwnedPods.IsReady);
        await work.PatchAsync(
            Kind.ReplicaSet,
            set,
            "status",
            new JsonObject
            {
                ["status"] = new JsonObject
                {
                    ["replicas"] = pods.Count,
                    ["fullyLabeledReplicas"] = OwnedPods.OrNull(pods.Count),
                    ["readyReplicas"] = OwnedPods.OrNull(ready),
                    ["availableReplicas"] = OwnedPods.OrNull(ready),
                    ["terminatingReplicas"] = 0,
                    ["observedGeneration"] = set.Metadata()["generation"]?.DeepClone(),
                },
            },
            cancellationToken
        );
    }
}
