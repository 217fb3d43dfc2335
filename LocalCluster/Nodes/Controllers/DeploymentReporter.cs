using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Controllers;

/// <summary>Writes a Deployment's status: its counts, and the conditions Progressing and Available.</summary>
internal sealed class DeploymentReporter(Work work)
{
    /// <param name="deployment">Whose status.</param>
    /// <param name="current">Its newest ReplicaSet.</param>
    /// <param name="others">The older ones.</param>
    /// <param name="created">Whether the newest was created in this pass.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task ReportAsync(
        JsonObject deployment,
        JsonObject current,
        List<JsonObject> others,
        bool created,
        CancellationToken cancellationToken
    )
    {
        var spec = deployment.Object("spec")!;
        var (wanted, name) = (RolloutStrategy.Replicas(spec), current.Metadata().Text("name")!);
        var mine = work.Mirror.Live(current);
        var all = mine.Concat(others.SelectMany(work.Mirror.Live)).ToList();
        var available = all.Count(OwnedPods.IsAvailable);
        var old = deployment.Object("status") ?? [];
        var conditions = old.Array("conditions")?.DeepClone() as JsonArray ?? [];
        var complete = mine.Count == wanted && all.Count == wanted && mine.Count(OwnedPods.IsAvailable) == wanted;
        Progress(conditions, old, spec, name, created, complete, mine.Count, available, all.Count);
        var enough = available >= wanted - RolloutStrategy.Unavailable(spec, wanted);
        Conditions.Set(
            conditions,
            "Available",
            enough ? "True" : "False",
            enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
            work.Now,
            ("lastUpdateTime", work.Now)
        );
        KeepUpdateTimes(conditions, old.Array("conditions"));
        TakeFailure(conditions, [current, .. others]);
        await work.PatchAsync(
            Kind.Deployment,
            deployment,
            "status",
            new JsonObject
            {
                ["status"] = new JsonObject
                {
                    ["observedGeneration"] = deployment.Metadata()["generation"]?.DeepClone(),
                    ["replicas"] = OwnedPods.OrNull(all.Count),
                    ["updatedReplicas"] = OwnedPods.OrNull(mine.Count),
                    ["readyReplicas"] = OwnedPods.OrNull(all.Count(OwnedPods.IsReady)),
                    ["availableReplicas"] = OwnedPods.OrNull(available),
                    ["unavailableReplicas"] = OwnedPods.OrNull(Math.Max(0, wanted - available)),
                    ["terminatingReplicas"] = 0,
                    ["conditions"] = conditions,
                },
            },
            cancellationToken
        );
    }

    /// <summary>Writes that a rollout can't even begin.</summary>
    public Task StoppedAsync(JsonObject deployment, string reason, string message, CancellationToken cancellationToken)
    {
        var conditions = deployment.Object("status").Array("conditions")?.DeepClone() as JsonArray ?? [];
        Conditions.Set(conditions, "Progressing", "False", reason, message, work.Now, ("lastUpdateTime", work.Now));
        return work.PatchAsync(
            Kind.Deployment,
            deployment,
            "status",
            new JsonObject { ["status"] = new JsonObject { ["conditions"] = conditions } },
            cancellationToken
        );
    }

    private void Progress(
        JsonArray conditions,
        JsonObject old,
        JsonObject spec,
        string set,
        bool created,
        bool complete,
        int updated,
        int available,
        int total
    )
    {
        var before = conditions.OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == "Progressing");
        var moved =
            Number(old["updatedReplicas"], 0) != updated
            || Number(old["availableReplicas"], 0) != available
            || Number(old["replicas"], 0) != total;
        if (created)
        {
            Set("True", "NewReplicaSetCreated", $"Created new replica set \"{set}\"");
        }
        else if (complete)
        {
            Set("True", "NewReplicaSetAvailable", $"ReplicaSet \"{set}\" has successfully progressed.");
        }
        else if (
            before is null
            || (moved && before.Text("reason") != "ProgressDeadlineExceeded")
            || (moved && updated > 0)
            || before.Text("reason") == "NewReplicaSetAvailable"
        )
        {
            Set("True", "ReplicaSetUpdated", $"ReplicaSet \"{set}\" is progressing.");
        }
        else if (before.Text("reason") != "ProgressDeadlineExceeded" && before["lastUpdateTime"].Time() is { } since)
        {
            var deadline = since.AddSeconds(Number(spec["progressDeadlineSeconds"], 600));
            if (work.Time.GetUtcNow() >= deadline)
            {
                Set("False", "ProgressDeadlineExceeded", $"ReplicaSet \"{set}\" has timed out progressing.");
            }
            else
            {
                work.LookAgainAt(deadline);
            }
        }

        void Set(string status, string reason, string message) =>
            Conditions.Set(
                conditions,
                "Progressing",
                status,
                reason,
                message,
                work.Now,
                (
                    "lastUpdateTime",
                    moved || before.Text("reason") != reason ? work.Now : before.Text("lastUpdateTime") ?? work.Now
                )
            );
    }

    /// <summary>Says that pods were refused as the first ReplicaSet does that says so, or not any more.</summary>
    private static void TakeFailure(JsonArray conditions, IEnumerable<JsonObject> sets)
    {
        const string Type = "ReplicaFailure";
        var failure = sets.SelectMany(s => s.Object("status").Array("conditions") ?? [])
            .OfType<JsonObject>()
            .FirstOrDefault(c => c.Text("type") == Type);
        if (failure is not null)
        {
            var since = failure.Text("lastTransitionTime")!;
            Conditions.Set(
                conditions,
                Type,
                failure.Text("status")!,
                failure.Text("reason")!,
                failure.Text("message")!,
                since,
                ("lastUpdateTime", since)
            );
        }
        else if (conditions.OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == Type) is { } old)
        {
            conditions.Remove(old);
        }
    }

    /// <summary>Takes the update time of a condition that says the same as before from there.</summary>
    private static void KeepUpdateTimes(JsonArray conditions, JsonArray? before)
    {
        foreach (var condition in conditions.OfType<JsonObject>().Where(c => c.Text("type") == "Available"))
        {
            var same = before
                ?.OfType<JsonObject>()
                .FirstOrDefault(c => c.Text("type") == "Available" && c.Text("reason") == condition.Text("reason"));
            if (same is not null)
            {
                condition["lastUpdateTime"] = same.Text("lastUpdateTime");
            }
        }
    }

    private static int Number(JsonNode? node, int fallback) => (int)(node.Number() ?? fallback);
}
