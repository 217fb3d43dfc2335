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
    NodeSwitch answers,
    VolumeAttachments attachments,
    NodeOptions options
)
{
    private readonly TaskCompletionSource _deleted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PodStatus _status = new(pod, options.Time);
    private readonly PodWriter _writer = new(client, pod, answers, options.Time);

    private PodAttachment Volumes => new(client, pod, _writer, attachments, options);

    private JsonObject Container => (pod.Object("spec").Array("containers")![0] as JsonObject)!;

    /// <summary>Ends the life: the pod is being deleted, or gone.</summary>
    public void Stop() => _deleted.TrySetResult();

    /// <summary>Tells the pod's status again, if the pod is one that this kubelet has begun.</summary>
    public Task TellAgainAsync(CancellationToken cancellationToken) => _writer.AgainAsync(cancellationToken);

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
                Volumes.Release();
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, options.Time, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await BuryAsync(cancellationToken);
            Volumes.Release();
        }
        catch (OperationCanceledException)
        {
            // The kubelet stops.
        }
        catch (HttpRequestException e) when (e.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            // The pod is gone.
            Volumes.Release();
        }
    }

    private async Task LiveAsync(CancellationToken cancellationToken)
    {
        await _writer.AnswersAsync(cancellationToken);
        if (options.Refuses(pod) is { } refusal)
        {
            await _writer.EventAsync("Warning", refusal.Reason, refusal.Message, cancellationToken);
            await WriteAsync(_status.Refused(refusal), cancellationToken);
            return;
        }

        var hasInit = pod.Object("spec").Array("initContainers") is { Count: > 0 };
        await WriteAsync(_status.Waiting(hasInit ? "PodInitializing" : "ContainerCreating", null), cancellationToken);
        await new PodClaimsWait(client, pod, _writer, options).BoundAsync(cancellationToken);
        using var sidecars = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await Volumes.AttachedAsync(cancellationToken);
            var init = new PodInit(pod, _status, _writer, PullAsync, RunAsync, options);
            if (!await init.RunAsync(sidecars.Token))
            {
                await WriteAsync(_status.NeverBegun(init.Eviction), cancellationToken);
                return;
            }

            await PullAsync(Container, _status.Waiting, cancellationToken);
            var containers = (pod.Object("spec").Array("containers") ?? []).OfType<JsonObject>().ToList();
            await (
                pod.Object("spec").Text("restartPolicy") != "Always" && containers.Count > 1
                    ? RunAllAsync(containers, cancellationToken)
                    : RunOneAsync(cancellationToken)
            );
        }
        finally
        {
            await sidecars.CancelAsync();
            await options.Runner.EndAsync(pod.Metadata().Text("uid")!);
        }
    }

    /// <summary>Gets a container's image, and those of its image volumes, onto the node.</summary>
    private async Task PullAsync(
        JsonObject container,
        Func<string, string, JsonObject> waiting,
        CancellationToken cancellationToken
    )
    {
        await new PodImage(pod, container, waiting, _writer, puller, options).PullAsync(cancellationToken);
        foreach (var image in PodVolumes.Images(pod, container))
        {
            await new PodImage(pod, image, waiting, _writer, puller, options).MountAsync(cancellationToken);
        }
    }

    /// <summary>Runs the first container, again and again where it serves.</summary>
    private async Task RunOneAsync(CancellationToken cancellationToken)
    {
        var serves = pod.Object("spec").Text("restartPolicy") == "Always";
        for (var restarts = 0; ; restarts++)
        {
            var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await _writer.EventAsync("Normal", "Created", "Container created", cancellationToken);
            await _writer.EventAsync("Normal", "Started", "Container started", cancellationToken);
            await WriteAsync(_status.Running(isReady: !serves), cancellationToken);
            var run = RunAsync(Container, serves, () => ready.TrySetResult(), cancellationToken);
            if (serves && await Task.WhenAny(run, ready.Task) == ready.Task)
            {
                await WriteAsync(_status.Running(isReady: true), cancellationToken);
            }

            var result = await run;
            if (!serves || result.Eviction is not null)
            {
                await WriteAsync(_status.Ended(result, result.Message), cancellationToken);
                return;
            }

            await BackOffAsync(result, restarts, cancellationToken);
        }
    }

    /// <summary>
    /// Runs a container once, with a log of its own; its last words are the log's end where it wants that.
    /// </summary>
    private async Task<ContainerResult> RunAsync(
        JsonObject container,
        bool serves,
        Action ready,
        CancellationToken cancellationToken
    )
    {
        var files = await PodVolumes.ReadAsync(client, pod, container, cancellationToken);
        var log = startLog(container.Text("name")!);
        var result = await options.Runner.RunAsync(
            PodContainer.Of(pod, container) with
            {
                Env = await PodVariables.ReadAsync(client, pod, container, cancellationToken),
                Files = files,
                Serves = serves,
                Log = log.Add,
                Ready = ready,
            },
            cancellationToken
        );
        return
            result.Message.Length == 0
            && result.ExitCode != 0
            && container.Text("terminationMessagePolicy") == "FallbackToLogsOnError"
            ? result with
            {
                Message = log.Tail(),
            }
            : result;
    }

    /// <summary>Runs the containers of a pod that ends side by side. Only the first one's image is pulled.</summary>
    private async Task RunAllAsync(IReadOnlyList<JsonObject> containers, CancellationToken cancellationToken)
    {
        var ended = new Dictionary<string, ContainerResult>(StringComparer.Ordinal);
        var runs = containers.ToDictionary(
            c => RunAsync(c, serves: false, () => { }, cancellationToken),
            c => c.Text("name")!
        );
        await WriteAsync(_status.Side(ended, isOver: false), cancellationToken);
        while (runs.Count > 0)
        {
            var next = await Task.WhenAny(runs.Keys);
            runs.Remove(next, out var name);
            ended[name!] = await next;
            await WriteAsync(_status.Side(ended, isOver: runs.Count == 0), cancellationToken);
        }
    }

    private Task WriteAsync(JsonObject status, CancellationToken cancellationToken) =>
        _writer.StatusAsync(status, cancellationToken);

    /// <summary>
    /// Waits before a container starts again: a kubelet 10 s, then 20, 40, up to 300; here a step stands for 10 s.
    /// </summary>
    private async Task BackOffAsync(ContainerResult result, int restarts, CancellationToken cancellationToken)
    {
        var factor = Math.Min(30, 1 << Math.Min(restarts, 5));
        await _writer.StatusAsync(_status.CrashLoop(result, result.Message, factor * 10), cancellationToken);
        await _writer.EventAsync(
            "Warning",
            "BackOff",
            $"Back-off restarting failed container {Container.Text("name")} in pod {pod.Metadata().Text("name")}",
            cancellationToken
        );
        await Task.Delay(options.Step * factor, options.Time, cancellationToken);
        _status.Restarted();
    }

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
