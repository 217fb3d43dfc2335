using System.Collections.Concurrent;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Kubelets;

/// <summary>Runs the pods that are bound to nodes, one worker each, and stops those that are deleted.</summary>
internal sealed class Kubelet(Work work, KubeClient client, ImagePuller puller, NodeSwitch answers, NodeOptions options)
    : IAsyncDisposable
{
    private readonly VolumeAttachments _attachments = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, (PodWorker Worker, Task Task)> _workers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PodLog> _logs = new(StringComparer.Ordinal);

    /// <summary>Returns a container's log so far.</summary>
    public string? Log(string ns, string pod, string container) =>
        _logs.TryGetValue($"{ns}/{pod}/{container}", out var log) ? log.Text : null;

    /// <summary>Tells the statuses of a node's pods again, after a time in which it couldn't.</summary>
    public async Task TellAgainAsync(string node, CancellationToken cancellationToken)
    {
        foreach (var pod in work.Mirror.All(Kind.Pod).Where(p => p.Object("spec").Text("nodeName") == node).ToList())
        {
            if (_workers.TryGetValue(pod.Metadata().Text("uid")!, out var worker))
            {
                await worker.Worker.TellAgainAsync(cancellationToken);
            }
        }
    }

    public void Pass()
    {
        var pods = work.Mirror.All(Kind.Pod).Where(p => p.Object("spec").Text("nodeName") is not null).ToList();
        foreach (var pod in pods)
        {
            var uid = pod.Metadata().Text("uid")!;
            if (!_workers.TryGetValue(uid, out var worker))
            {
                // A pod that ended in another life of this kubelet is only buried.
                var path = $"{pod.Metadata().Text("namespace")}/{pod.Metadata().Text("name")}";
                var made = new PodWorker(
                    pod.Copy(),
                    client,
                    puller,
                    container => _logs[$"{path}/{container}"] = new PodLog(),
                    answers,
                    _attachments,
                    options
                );
                worker = _workers[uid] = (made, Task.Run(() => made.RunAsync(_stop.Token)));
            }

            if (pod.Metadata()["deletionTimestamp"] is not null)
            {
                worker.Worker.Stop();
            }
        }

        var alive = pods.Select(p => p.Metadata().Text("uid")!).ToHashSet(StringComparer.Ordinal);
        foreach (var (uid, gone) in _workers.Where(w => !alive.Contains(w.Key)).ToList())
        {
            gone.Worker.Stop();
            if (gone.Task.IsCompleted)
            {
                _workers.Remove(uid);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers.Values.Select(w => w.Task)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
