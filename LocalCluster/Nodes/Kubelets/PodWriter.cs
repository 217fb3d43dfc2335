using System.Text.Json.Nodes;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Kubelets;

/// <summary>Writes what a kubelet tells of a pod: its status, its events, and that it may go.</summary>
internal sealed class PodWriter(KubeClient client, JsonObject pod, TimeProvider time)
{
    private readonly Work _work = new(client, null!, time);

    private string Path => Work.PathOf(Kind.Pod, pod);

    /// <summary>Merges into the pod's status.</summary>
    public Task<JsonObject> StatusAsync(JsonObject patch, CancellationToken cancellationToken) =>
        client.PatchAsync(Path + "/status", new JsonObject { ["status"] = patch }, cancellationToken);

    /// <summary>Sends an event about the pod.</summary>
    public Task EventAsync(string type, string reason, string message, CancellationToken cancellationToken) =>
        _work.EventAsync(pod, type, reason, message, "kubelet", cancellationToken);

    /// <summary>Deletes the pod for good: nothing of it runs any more.</summary>
    public Task DeleteAsync(CancellationToken cancellationToken) =>
        client.DeleteAsync($"{Path}?gracePeriodSeconds=0", cancellationToken);
}
