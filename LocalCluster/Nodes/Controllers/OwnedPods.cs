using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Controllers;

/// <summary>Counts pods as controllers do.</summary>
internal static class OwnedPods
{
    /// <summary>Returns an owner's pods that haven't ended and aren't being deleted.</summary>
    public static List<JsonObject> Live(this Mirror mirror, JsonObject owner) =>
        [
            .. mirror
                .OwnedBy(Kind.Pod, owner)
                .Where(p =>
                    p.Metadata()["deletionTimestamp"] is null
                    && p.Object("status").Text("phase") is not ("Failed" or "Succeeded")
                ),
        ];

    /// <summary>Says whether a pod's Ready condition is True.</summary>
    public static bool IsReady(JsonObject pod) => Conditions.Has(pod, "Ready");

    /// <summary>Says whether a pod is ready and stays.</summary>
    public static bool IsAvailable(JsonObject pod) => pod.Metadata()["deletionTimestamp"] is null && IsReady(pod);

    /// <summary>Returns a count as a status shows it: null for none.</summary>
    public static JsonNode? OrNull(int count) => count > 0 ? count : null;

    /// <summary>
    /// Creates a pod from an owner's template, with a generated name, and says so in an event; or that it was refused.
    /// </summary>
    /// <returns>What the API server says against it; null when it was made.</returns>
    public static async Task<string?> CreateAsync(
        Work work,
        JsonObject owner,
        string component,
        CancellationToken cancellationToken
    )
    {
        var template = owner.Object("spec").Object("template")!;
        var metadata = template.Object("metadata")?.Copy() ?? [];
        var prefix = $"{owner.Metadata().Text("name")}-";
        metadata["generateName"] = prefix;
        metadata["namespace"] = owner.Metadata().Text("namespace");
        metadata["ownerReferences"] = Work.OwnerReferences(owner);
        var pod = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = metadata,
            ["spec"] = template["spec"]!.DeepClone(),
        };
        try
        {
            var made = await work.CreateAsync(Kind.Pod, pod, cancellationToken);
            var created = $"Created pod: {made.Metadata().Text("name")}";
            await work.EventAsync(owner, "Normal", "SuccessfulCreate", created, component, cancellationToken);
            return null;
        }
        catch (RefusedException e)
        {
            var why = $"Error creating: {e.Words}";
            await work.EventAsync(owner, "Warning", "FailedCreate", why, component, cancellationToken);
            return e.Words;
        }
    }
}
