using System.Text.Json.Nodes;
using LocalCluster.Http;
using LocalCluster.Json;

namespace LocalCluster.Nodes;

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
        var pods = Live(set);
        for (var i = pods.Count; i < wanted; i++)
        {
            await CreatePodAsync(set, cancellationToken);
        }

        // Those that serve least go first.
        foreach (var pod in pods.OrderBy(IsReady).Take(Math.Max(0, pods.Count - wanted)))
        {
            await work.DeleteAsync(Kind.Pod, pod, "", cancellationToken);
        }

        pods = Live(set);
        var ready = pods.Count(IsReady);
        await work.PatchAsync(
            Kind.ReplicaSet,
            set,
            "status",
            new JsonObject
            {
                ["status"] = new JsonObject
                {
                    ["replicas"] = pods.Count,
                    ["fullyLabeledReplicas"] = OrNull(pods.Count),
                    ["readyReplicas"] = OrNull(ready),
                    ["availableReplicas"] = OrNull(ready),
                    ["terminatingReplicas"] = 0,
                    ["observedGeneration"] = set.Metadata()["generation"]?.DeepClone(),
                },
            },
            cancellationToken
        );
    }

    private List<JsonObject> Live(JsonObject set) =>
        [
            .. work
                .Mirror.OwnedBy(Kind.Pod, set)
                .Where(p =>
                    p.Metadata()["deletionTimestamp"] is null
                    && p.Object("status").Text("phase") is not ("Failed" or "Succeeded")
                ),
        ];

    private async Task CreatePodAsync(JsonObject set, CancellationToken cancellationToken)
    {
        var template = set.Object("spec").Object("template")!;
        var metadata = template.Object("metadata")?.Copy() ?? [];
        metadata["name"] = $"{set.Metadata().Text("name")}-{NameSuffix.Next()}";
        metadata["generateName"] = $"{set.Metadata().Text("name")}-";
        metadata["namespace"] = set.Metadata().Text("namespace");
        metadata["ownerReferences"] = Work.OwnerReferences(set);
        await work.CreateAsync(
            Kind.Pod,
            new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Pod",
                ["metadata"] = metadata,
                ["spec"] = template["spec"]!.DeepClone(),
            },
            cancellationToken
        );
        await work.EventAsync(
            set,
            "Normal",
            "SuccessfulCreate",
            $"Created pod: {metadata.Text("name")}",
            "replicaset-controller",
            cancellationToken
        );
    }

    public static bool IsReady(JsonObject pod) =>
        (pod.Object("status").Array("conditions") ?? [])
            .OfType<JsonObject>()
            .Any(c => c.Text("type") == "Ready" && c.Text("status") == "True");

    private static JsonNode? OrNull(int count) => count > 0 ? count : null;
}
