using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Kubelets;

/// <summary>Runs one pod's life on a node, with the states that the recorded kubelet went through.</summary>
internal sealed class PodWorker(
    JsonObject pod,
    KubeClient client,
    ImagePuller puller,
    Func<string, PodLog> startLog,
    NodeOptions options
)
{
    private readonly TaskCompletionSource _deleted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PodStatus _status = new(pod, options.Time);
    private readonly PodWriter _writer = new(client, pod, options.Time);

    /// <summary>
    /// Holds the log of the container that was started last, since that start: every start has a log of its own.
    /// </summary>
    private PodLog _log = new();

    private JsonObject Container => (pod.Object("spec").Array("containers")![0] as JsonObject)!;

    /// <summary>Ends the life: the pod is being deleted, or gone.</summary>
    public void Stop() => _deleted.TrySetResult();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _ = _deleted.Task.ContinueWith(
            _ => either.Cancel(),
            cancellationToken,
            TaskContinuationOptions.None,
            TaskScheduler.Default
        );
        try
        {
            if (pod.Object("status").Text("phase") is not ("Succeeded" or "Failed"))
            {
                await LiveAsync(either.Token);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, options.Time, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await BuryAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The kubelet stops.
        }
        catch (HttpRequestException e) when (e.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            // The pod is gone.
        }
    }

    private async Task LiveAsync(CancellationToken cancellationToken)
    {
        await _writer.StatusAsync(_status.Waiting("ContainerCreating", null), cancellationToken);
        await new PodImage(pod, Container, _status, _writer, puller, options).PullAsync(cancellationToken);
        var files = await PodVolumes.ReadAsync(client, pod, Container, cancellationToken);
        var containers = (pod.Object("spec").Array("containers") ?? []).OfType<JsonObject>().ToList();
        var spec = SpecOf(containers[0], files);
        if (!spec.Serves && (containers.Count > 1 || pod.Object("spec").Array("initContainers") is { Count: > 0 }))
        {
            await RunAllAsync(containers, files, cancellationToken);
            return;
        }

        for (var restarts = 0; ; restarts++)
        {
            var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await _writer.EventAsync("Normal", "Created", "Container created", cancellationToken);
            await _writer.EventAsync("Normal", "Started", "Container started", cancellationToken);
            await _writer.StatusAsync(_status.Running(isReady: !spec.Serves), cancellationToken);
            var run = options.Runner.RunAsync(
                Logging(spec) with
                {
                    Ready = () => ready.TrySetResult(),
                },
                cancellationToken
            );
            if (spec.Serves && await Task.WhenAny(run, ready.Task) == ready.Task)
            {
                await _writer.StatusAsync(_status.Running(isReady: true), cancellationToken);
            }

            var result = await run;
            if (!spec.Serves || result.Eviction is not null)
            {
                await EndAsync(result, cancellationToken);
                return;
            }

            await BackOffAsync(result, restarts, cancellationToken);
        }
    }

    private ContainerSpec SpecOf(JsonObject container, IReadOnlyDictionary<string, byte[]> files) =>
        new()
        {
            Namespace = pod.Metadata().Text("namespace")!,
            Pod = pod.Metadata().Text("name")!,
            Name = container.Text("name")!,
            Image = container.Text("image") ?? "",
            Args = [.. (container.Array("args") ?? []).Select(a => a.Text() ?? "")],
            Env = (container.Array("env") ?? [])
                .OfType<JsonObject>()
                .ToDictionary(e => e.Text("name")!, e => e.Text("value") ?? "", StringComparer.Ordinal),
            Files = files,
            Labels = (pod.Metadata().Object("labels") ?? []).ToDictionary(
                l => l.Key,
                l => l.Value.Text() ?? "",
                StringComparer.Ordinal
            ),
            Serves = pod.Object("spec").Text("restartPolicy") == "Always",
            Log = _ => { },
            Ready = () => { },
        };

    private ContainerSpec Logging(ContainerSpec spec)
    {
        _log = startLog(spec.Name);
        return spec with { Log = _log.Add };
    }

    /// <summary>
    /// Runs a pod to its end: init containers one after another, then the others side by side. Only the first one's
    /// image is pulled.
    /// </summary>
    private async Task RunAllAsync(
        IReadOnlyList<JsonObject> containers,
        IReadOnlyDictionary<string, byte[]> files,
        CancellationToken cancellationToken
    )
    {
        var ended = new Dictionary<string, ContainerResult>(StringComparer.Ordinal);
        foreach (var init in (pod.Object("spec").Array("initContainers") ?? []).OfType<JsonObject>())
        {
            var result = await options.Runner.RunAsync(Logging(SpecOf(init, files)), cancellationToken);
            ended[init.Text("name")!] = result;
            await _writer.StatusAsync(_status.Side(ended, isOver: result.ExitCode != 0), cancellationToken);
            if (result.ExitCode != 0)
            {
                return;
            }
        }

        var runs = containers.ToDictionary(
            c => options.Runner.RunAsync(Logging(SpecOf(c, files)), cancellationToken),
            c => c.Text("name")!
        );
        await _writer.StatusAsync(_status.Side(ended, isOver: false), cancellationToken);
        while (runs.Count > 0)
        {
            var next = await Task.WhenAny(runs.Keys);
            runs.Remove(next, out var name);
            ended[name!] = await next;
            await _writer.StatusAsync(_status.Side(ended, isOver: runs.Count == 0), cancellationToken);
        }
    }

    /// <summary>
    /// Waits before a container starts again: a kubelet 10 s, then 20, 40, up to 300; here a step stands for 10 s.
    /// </summary>
    private async Task BackOffAsync(ContainerResult result, int restarts, CancellationToken cancellationToken)
    {
        var factor = Math.Min(30, 1 << Math.Min(restarts, 5));
        await _writer.StatusAsync(_status.CrashLoop(result, LastMessage(result), factor * 10), cancellationToken);
        await _writer.EventAsync(
            "Warning",
            "BackOff",
            $"Back-off restarting failed container {Container.Text("name")} in pod {pod.Metadata().Text("name")}",
            cancellationToken
        );
        await Task.Delay(options.Step * factor, options.Time, cancellationToken);
        _status.Restarted();
    }

    private async Task EndAsync(ContainerResult result, CancellationToken cancellationToken)
    {
        await _writer.StatusAsync(_status.Ended(result, LastMessage(result)), cancellationToken);
    }

    private string LastMessage(ContainerResult result) =>
        result.Message.Length == 0
        && result.ExitCode != 0
        && Container.Text("terminationMessagePolicy") == "FallbackToLogsOnError"
            ? _log.Tail()
            : result.Message;

    private async Task BuryAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (pod.Object("status").Text("phase") is not ("Succeeded" or "Failed") && !_status.HasEnded)
            {
                await Task.Delay(options.Step, options.Time, cancellationToken);
                await _writer.StatusAsync(_status.Ended(new ContainerResult(137, "", "Error"), ""), cancellationToken);
            }

            await _writer.DeleteAsync(cancellationToken);
        }
        catch (HttpRequestException e)
            when (e.StatusCode is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Conflict)
        {
            // It went another way.
        }
    }
}
