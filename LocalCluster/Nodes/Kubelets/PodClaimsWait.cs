using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Kubelets;

/// <summary>
/// Holds a pod up until its claims are bound: a scheduler sees to that, but not of pods that name their node.
/// </summary>
internal sealed class PodClaimsWait(KubeClient client, JsonObject pod, PodWriter writer, NodeOptions options)
{
    public async Task BoundAsync(CancellationToken cancellationToken)
    {
        foreach (var name in PodClaimNames.Of(pod))
        {
            for (var tries = 0; await ProblemAsync(name, cancellationToken) is { } problem; tries++)
            {
                if (tries == 0)
                {
                    await writer.EventAsync("Warning", "FailedMount", problem, cancellationToken);
                }

                await Task.Delay(options.Step, options.Time, cancellationToken);
            }
        }
    }

    private async Task<string?> ProblemAsync(string name, CancellationToken cancellationToken)
    {
        var ns = pod.Metadata().Text("namespace")!;
        var (items, _) = await client.ListAsync(
            $"{Kind.Claim.In(ns)}?fieldSelector=metadata.name%3D{name}",
            cancellationToken
        );
        return items.Count == 0
                ? $"error processing PVC {ns}/{name}: failed to fetch PVC from API server: "
                    + $"persistentvolumeclaims \"{name}\" not found"
            : items[0].Object("status").Text("phase") != "Bound" ? $"error processing PVC {ns}/{name}: PVC is not bound"
            : null;
    }
}
