using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Kubelets;

/// <summary>Writes what a kubelet tells of a pod: its status, its events, and that it may go.</summary>
internal sealed class PodWriter(KubeClient client, JsonObject pod, NodeSwitch answers, TimeProvider time)
{
    private JsonObject? _last;

    private readonly Work _work = new(client, null!, time);

    private string Path => Work.PathOf(Kind.Pod, pod);

    /// <summary>Merges into the pod's status.</summary>
    public async Task StatusAsync(JsonObject patch, CancellationToken cancellationToken)
    {
        _last = patch.Copy();
        await AnswersAsync(cancellationToken);
        await client.PatchAsync(Path + "/status", new JsonObject { ["status"] = patch }, cancellationToken);
    }

    /// <summary>Tells again what was told last: others may have written over it while the node was away.</summary>
    public async Task AgainAsync(CancellationToken cancellationToken)
    {
        if (_last is { } last)
        {
            await StatusAsync(last, cancellationToken);
        }
    }

    /// <summary>Sends an event about the pod.</summary>
    public async Task EventAsync(
        string type,
        string reason,
        string message,
        CancellationToken cancellationToken,
        string component = "kubelet"
    )
    {
        await AnswersAsync(cancellationToken);
        await _work.EventAsync(pod, type, reason, message, component, cancellationToken);
    }

    /// <summary>Deletes the pod for good: nothing of it runs any more.</summary>
    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        await AnswersAsync(cancellationToken);
        await client.DeleteAsync($"{Path}?gracePeriodSeconds=0", cancellationToken);
    }

    /// <summary>Waits until the pod's node answers.</summary>
    public Task AnswersAsync(CancellationToken cancellationToken) =>
        answers.AnswersAsync(pod.Object("spec").Text("nodeName"), cancellationToken);
}
