using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;
using LocalCluster.Quotas;

namespace LocalCluster.Nodes.Controllers;

/// <summary>Puts pods on nodes that have room for them, extended resources included; says why when none has.</summary>
internal sealed class Scheduler(Work work, string nodePrefix)
{
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        foreach (
            var pod in work
                .Mirror.All(Kind.Pod)
                .Where(IsWaiting)
                .OrderBy(p => p.Metadata().Text("creationTimestamp"), StringComparer.Ordinal)
                .ToList()
        )
        {
            await PlaceAsync(pod, cancellationToken);
        }
    }

    private static bool IsWaiting(JsonObject pod) =>
        pod.Object("spec").Text("nodeName") is null && pod.Metadata()["deletionTimestamp"] is null;

    private async Task PlaceAsync(JsonObject pod, CancellationToken cancellationToken)
    {
        var reasons = new Dictionary<string, int>(StringComparer.Ordinal);
        var nodes = work
            .Mirror.All(Kind.Node)
            .Where(n => n.Metadata().Text("name")!.StartsWith(nodePrefix, StringComparison.Ordinal))
            .OrderBy(n => n.Metadata().Text("name"), StringComparer.Ordinal)
            .ToList();
        if (PodClaims.Refusal(pod, work.Mirror) is { } claims)
        {
            await RefuseAsync(
                pod,
                $"0/{nodes.Count} nodes are available: {claims}. preemption: 0/{nodes.Count} nodes are available: "
                    + $"{nodes.Count} Preemption is not helpful for scheduling.",
                cancellationToken
            );
            return;
        }

        foreach (var node in nodes)
        {
            if (Refusal(pod, node) is { } refusal)
            {
                reasons[refusal] = reasons.GetValueOrDefault(refusal) + 1;
                continue;
            }

            var name = node.Metadata().Text("name");
            if (PodClaims.Unbound(pod, work.Mirror) is { Count: > 0 } unbound)
            {
                await ChooseAsync(unbound, name!, cancellationToken);
                return;
            }

            await work.BindAsync(pod, name!, cancellationToken);
            await work.EventAsync(
                pod,
                "Normal",
                "Scheduled",
                $"Successfully assigned {pod.Metadata().Text("namespace")}/{pod.Metadata().Text("name")} to {name}",
                "default-scheduler",
                cancellationToken
            );
            return;
        }

        var why = string.Join(
            ", ",
            reasons.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => $"{r.Value} {r.Key}")
        );
        var message = string.Create(
            CultureInfo.InvariantCulture,
            $"0/{nodes.Count} nodes are available: {why}. preemption: 0/{nodes.Count} nodes are available: "
                + $"{nodes.Count} No preemption victims found for incoming pod."
        );
        await RefuseAsync(pod, message, cancellationToken);
    }

    /// <summary>Tells provisioners for which node volumes are wanted; the pod is bound when they are there.</summary>
    private async Task ChooseAsync(IReadOnlyList<JsonObject> claims, string node, CancellationToken cancellationToken)
    {
        foreach (var claim in claims)
        {
            await work.PatchAsync(
                Kind.Claim,
                claim,
                null,
                new JsonObject
                {
                    ["metadata"] = new JsonObject
                    {
                        ["annotations"] = new JsonObject { [PodClaims.SelectedNode] = node },
                    },
                },
                cancellationToken
            );
        }
    }

    private async Task RefuseAsync(JsonObject pod, string message, CancellationToken cancellationToken)
    {
        if (Message(pod) != message)
        {
            var conditions = pod.Object("status").Array("conditions")?.DeepClone() as JsonArray ?? [];
            Conditions.Set(conditions, "PodScheduled", "False", "Unschedulable", message, work.Now);
            await work.PatchAsync(
                Kind.Pod,
                pod,
                "status",
                new JsonObject { ["status"] = new JsonObject { ["conditions"] = conditions } },
                cancellationToken
            );
            await work.EventAsync(pod, "Warning", "FailedScheduling", message, "default-scheduler", cancellationToken);
        }
    }

    private string? Refusal(JsonObject pod, JsonObject node)
    {
        var spec = pod.Object("spec")!;
        var labels = node.Metadata().Object("labels") ?? [];
        if ((spec.Object("nodeSelector") ?? []).Any(s => labels.Text(s.Key) != s.Value.Text()))
        {
            return "node(s) didn't match Pod's node affinity/selector";
        }

        var tolerations = (spec.Array("tolerations") ?? []).OfType<JsonObject>().ToList();
        if (
            (node.Object("spec").Array("taints") ?? [])
                .OfType<JsonObject>()
                .FirstOrDefault(t =>
                    t.Text("effect") is "NoSchedule" or "NoExecute" && !tolerations.Exists(o => Tolerates(o, t))
                ) is
            { } taint
        )
        {
            return $"node(s) had untolerated taint {{{taint.Text("key")}: {taint.Text("value")}}}";
        }

        var asked = PodResources.Requests(spec);
        return asked.Names.FirstOrDefault(n => Free(node, n) < asked[n]) is { } lacking
            ? $"Insufficient {lacking}"
            : null;
    }

    private static bool Tolerates(JsonObject toleration, JsonObject taint) =>
        (toleration.Text("key") is not { Length: > 0 } key || key == taint.Text("key"))
        && (toleration.Text("operator") == "Exists" || toleration.Text("value") == taint.Text("value"))
        && (toleration.Text("effect") is not { Length: > 0 } effect || effect == taint.Text("effect"));

    private decimal Free(JsonObject node, string resource)
    {
        var has = Quantity.Parse(node.Object("status").Object("allocatable").Text(resource) ?? "0") ?? 0;
        var used = work
            .Mirror.All(Kind.Pod)
            .Where(p =>
                p.Object("spec").Text("nodeName") == node.Metadata().Text("name")
                && p.Object("status").Text("phase") is not ("Succeeded" or "Failed")
            )
            .Sum(p => PodResources.Requests(p.Object("spec"))[resource]);
        return has - used;
    }

    private static string? Message(JsonObject pod) =>
        (pod.Object("status").Array("conditions") ?? [])
            .OfType<JsonObject>()
            .FirstOrDefault(c => c.Text("type") == "PodScheduled")
            .Text("message");
}
