using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Controllers;

/// <summary>Keeps as many pods of a ReplicaSet as it wants; a condition tells of those that were refused.</summary>
internal sealed class ReplicaSetController(Work work)
{
    private const string Failure = "ReplicaFailure";

    /// <summary>The rate limiter of its queue (client-go's default).</summary>
    private readonly RetryTimes _retries = new(work, TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1000));

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
        var conditions = set.Object("status").Array("conditions")?.DeepClone() as JsonArray ?? [];
        if (pods.Count >= wanted)
        {
            Clear(set, conditions);
        }
        else if (_retries.IsDue(set))
        {
            await CreateAsync(set, wanted - pods.Count, conditions, cancellationToken);
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
                    ["conditions"] = conditions.Count > 0 ? conditions : null,
                    ["observedGeneration"] = set.Metadata()["generation"]?.DeepClone(),
                },
            },
            cancellationToken
        );
    }

    /// <summary>Creates pods up to the first that is refused.</summary>
    private async Task CreateAsync(JsonObject set, int count, JsonArray conditions, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            if (await OwnedPods.CreateAsync(work, set, "replicaset-controller", cancellationToken) is not { } why)
            {
                continue;
            }

            _retries.Failed(set);
            if (!conditions.OfType<JsonObject>().Any(c => c.Text("type") == Failure))
            {
                Conditions.Set(conditions, Failure, "True", "FailedCreate", why, work.Now);
            }

            return;
        }

        Clear(set, conditions);
    }

    private void Clear(JsonObject set, JsonArray conditions)
    {
        _retries.Succeeded(set);
        if (conditions.OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == Failure) is { } failure)
        {
            conditions.Remove(failure);
        }
    }
}
