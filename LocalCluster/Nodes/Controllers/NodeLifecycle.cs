using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Controllers;

/// <summary>
/// Does for nodes that don't answer what the node lifecycle and taint eviction controllers do: says that nobody knows
/// of them, taints them, takes their pods for not ready, and deletes those that don't tolerate it any longer.
/// </summary>
internal sealed class NodeLifecycle(Work work, NodeSwitch answers, NodeOptions options)
{
    private const string Unreachable = "node.kubernetes.io/unreachable";

    public async Task PassAsync(CancellationToken cancellationToken)
    {
        foreach (var node in work.Mirror.All(Kind.Node).ToList())
        {
            var name = node.Metadata().Text("name")!;
            if (!name.StartsWith(options.NodePrefix + "-", StringComparison.Ordinal))
            {
                continue;
            }

            if (answers.Since(name) is not { } since)
            {
                await BackAsync(node, cancellationToken);
            }
            else if (since + options.NodeGrace is var lost && lost > work.Time.GetUtcNow())
            {
                work.LookAgainAt(lost);
            }
            else
            {
                await LostAsync(node, cancellationToken);
                await EvictAsync(name, lost, cancellationToken);
            }
        }
    }

    private async Task BackAsync(JsonObject node, CancellationToken cancellationToken)
    {
        var taints = node.Object("spec").Array("taints") ?? [];
        if (!taints.Any(IsOurs))
        {
            return;
        }

        await ReadyAsync(node, "True", "KubeletReady", "simulated", cancellationToken);
        await TaintAsync(node, taints.Where(t => !IsOurs(t)), cancellationToken);
    }

    private async Task LostAsync(JsonObject node, CancellationToken cancellationToken)
    {
        const string Words = "Kubelet stopped posting node status.";
        await ReadyAsync(node, "Unknown", "NodeStatusUnknown", Words, cancellationToken);
        var taints = node.Object("spec").Array("taints") ?? [];
        if (!taints.Any(IsOurs))
        {
            var added = new[] { "NoSchedule", "NoExecute" }.Select(effect => new JsonObject
            {
                ["key"] = Unreachable,
                ["effect"] = effect,
                ["timeAdded"] = work.Now,
            });
            await TaintAsync(node, taints.Concat(added), cancellationToken);
        }

        foreach (var pod in PodsOf(node.Metadata().Text("name")!).Where(OwnedPods.IsReady))
        {
            await UnreadyAsync(pod, cancellationToken);
        }
    }

    private async Task UnreadyAsync(JsonObject pod, CancellationToken cancellationToken)
    {
        var conditions = (JsonArray)pod.Object("status").Array("conditions")!.DeepClone();
        var ready = conditions.OfType<JsonObject>().First(c => c.Text("type") == "Ready");
        (ready["status"], ready["lastTransitionTime"]) = ("False", work.Now);
        await work.PatchAsync(
            Kind.Pod,
            pod,
            "status",
            new JsonObject { ["status"] = new JsonObject { ["conditions"] = conditions } },
            cancellationToken
        );
        await work.EventAsync(
            pod,
            "Warning",
            "NodeNotReady",
            "Node is not ready",
            "node-controller",
            cancellationToken
        );
    }

    private async Task EvictAsync(string node, DateTimeOffset lost, CancellationToken cancellationToken)
    {
        foreach (var pod in PodsOf(node).Where(p => p.Metadata()["deletionTimestamp"] is null))
        {
            if (Tolerated(pod) is not { } seconds)
            {
                continue;
            }

            if (lost.AddSeconds(seconds) is var at && at > work.Time.GetUtcNow())
            {
                work.LookAgainAt(at);
                continue;
            }

            var (ns, name) = (pod.Metadata().Text("namespace"), pod.Metadata().Text("name"));
            await work.EventAsync(
                pod,
                "Normal",
                "TaintManagerEviction",
                $"Marking for deletion Pod {ns}/{name}",
                "taint-eviction-controller",
                cancellationToken
            );
            await work.DeleteAsync(Kind.Pod, pod, "", cancellationToken);
        }
    }

    /// <summary>Returns how long a pod stays on a node that is unreachable; null: for ever.</summary>
    private static long? Tolerated(JsonObject pod)
    {
        var tolerations = (pod.Object("spec").Array("tolerations") ?? [])
            .OfType<JsonObject>()
            .Where(t => t.Text("key") is null or "" or Unreachable && t.Text("effect") is null or "" or "NoExecute")
            .ToList();
        return tolerations.Count == 0 ? 0
            : tolerations.TrueForAll(t => t["tolerationSeconds"] is null) ? null
            : tolerations.Select(t => t["tolerationSeconds"].Number()).OfType<long>().Min();
    }

    private IReadOnlyList<JsonObject> PodsOf(string node) =>
        [.. work.Mirror.All(Kind.Pod).Where(p => p.Object("spec").Text("nodeName") == node)];

    private Task ReadyAsync(
        JsonObject node,
        string status,
        string reason,
        string message,
        CancellationToken cancellationToken
    )
    {
        var conditions = node.Object("status").Array("conditions")?.DeepClone() as JsonArray ?? [];
        Conditions.Set(conditions, "Ready", status, reason, message, work.Now);
        return work.PatchAsync(
            Kind.Node,
            node,
            "status",
            new JsonObject { ["status"] = new JsonObject { ["conditions"] = conditions } },
            cancellationToken
        );
    }

    private Task TaintAsync(JsonObject node, IEnumerable<JsonNode?> taints, CancellationToken cancellationToken)
    {
        var all = new JsonArray([.. taints.Select(t => t?.DeepClone())]);
        return work.PatchAsync(
            Kind.Node,
            node,
            null,
            new JsonObject { ["spec"] = new JsonObject { ["taints"] = all.Count == 0 ? null : all } },
            cancellationToken
        );
    }

    private static bool IsOurs(JsonNode? taint) => (taint as JsonObject).Text("key") == Unreachable;
}
