using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Nodes;

/// <summary>One pod's life on a node, with the states that the recorded kubelet went through.</summary>
internal sealed class PodWorker(
    JsonObject pod,
    KubeClient client,
    ImagePuller puller,
    IPodRunner runner,
    Func<string, PodLog> startLog,
    NodeOptions options
)
{
    /// <summary>A kubelet tries a failed pull again after 10 s at first.</summary>
    private static readonly TimeSpan PullRetry = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _deleted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PodStatus _status = new(pod, options.Time);

    /// <summary>
    /// Of the container that was started last, and since that start: every start has a log of its own.
    /// </summary>
    private PodLog _log = new();

    private JsonObject Container => (pod.Object("spec").Array("containers")![0] as JsonObject)!;

    private string Image => Container.Text("image") ?? "";

    private string Path => Work.PathOf(Kind.Pod, pod);

    /// <summary>The pod is being deleted, or gone.</summary>
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
        await WriteAsync(_status.Waiting("ContainerCreating", null), cancellationToken);
        await PullAsync(cancellationToken);
        var files = await MountAsync(cancellationToken);
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
            await EventAsync("Normal", "Created", "Container created", cancellationToken);
            await EventAsync("Normal", "Started", "Container started", cancellationToken);
            await WriteAsync(_status.Running(isReady: !spec.Serves), cancellationToken);
            var run = runner.RunAsync(Logging(spec) with { Ready = () => ready.TrySetResult() }, cancellationToken);
            if (spec.Serves && await Task.WhenAny(run, ready.Task) == ready.Task)
            {
                await WriteAsync(_status.Running(isReady: true), cancellationToken);
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

    private async Task PullAsync(CancellationToken cancellationToken)
    {
        if (Container.Text("imagePullPolicy") == "Never")
        {
            await NeverPullAsync(cancellationToken);
            return;
        }

        for (var attempt = 1; ; attempt++)
        {
            await EventAsync("Normal", "Pulling", $"Pulling image \"{Image}\"", cancellationToken);
            await Task.Delay(options.Step, options.Time, cancellationToken);
            var (error, user) = await puller.PullAsync(Image, cancellationToken);
            if (error is null)
            {
                await EventAsync("Normal", "Pulled", $"Successfully pulled image \"{Image}\"", cancellationToken);
                await RefuseRootAsync(user, cancellationToken);
                return;
            }

            await EventAsync("Warning", "Failed", $"Failed to pull image \"{Image}\": {error}", cancellationToken);
            await WriteAsync(
                _status.Waiting(
                    attempt == 1 ? "ErrImagePull" : "ImagePullBackOff",
                    attempt == 1 ? error : $"Back-off pulling image \"{Image}\": ErrImagePull: {error}"
                ),
                cancellationToken
            );
            await Task.Delay(PullRetry, options.Time, cancellationToken);
        }
    }

    private async Task NeverPullAsync(CancellationToken cancellationToken)
    {
        if (options.IsPresent(Image))
        {
            await EventAsync(
                "Normal",
                "Pulled",
                $"Container image \"{Image}\" already present on machine and can be accessed by the pod",
                cancellationToken
            );
            return;
        }

        await WriteAsync(
            _status.Waiting(
                "ErrImageNeverPull",
                $"Container image \"{Image}\" is not present with pull policy of Never"
            ),
            cancellationToken
        );
        await Task.Delay(Timeout.InfiniteTimeSpan, options.Time, cancellationToken);
    }

    /// <summary>runAsNonRoot without a user of the pod's own: the image's must be a number, and not 0.</summary>
    private async Task RefuseRootAsync(string? user, CancellationToken cancellationToken)
    {
        var contexts = new[] { Container.Object("securityContext"), pod.Object("spec").Object("securityContext") };
        if (
            user is null
            || !contexts.Any(c => c?["runAsNonRoot"].IsTrue() == true)
            || contexts.Any(c => c?["runAsUser"] is not null)
        )
        {
            return;
        }

        var name = user.Split(':')[0];
        var problem =
            name is "" or "0"
                ? $"container has runAsNonRoot and image will run as root (pod: \"{pod.Metadata().Text("name")}_{pod.Metadata().Text("namespace")}({pod.Metadata().Text("uid")})\", container: {Container.Text("name")})"
            : name.All(char.IsAsciiDigit) ? null
            : $"container has runAsNonRoot and image has non-numeric user ({name}), cannot verify user is non-root (pod: \"{pod.Metadata().Text("name")}_{pod.Metadata().Text("namespace")}({pod.Metadata().Text("uid")})\", container: {Container.Text("name")})";
        if (problem is not null)
        {
            await WriteAsync(_status.Waiting("CreateContainerConfigError", problem), cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, options.Time, cancellationToken);
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
    /// A pod that runs to its end: init containers one after another, then the others side by side. Only the
    /// first one's image is pulled.
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
            var result = await runner.RunAsync(Logging(SpecOf(init, files)), cancellationToken);
            ended[init.Text("name")!] = result;
            await WriteAsync(_status.Side(ended, isOver: result.ExitCode != 0), cancellationToken);
            if (result.ExitCode != 0)
            {
                return;
            }
        }

        var runs = containers.ToDictionary(
            c => runner.RunAsync(Logging(SpecOf(c, files)), cancellationToken),
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

    /// <summary>
    /// A kubelet waits 10 s before it starts a container again, then 20, 40, up to 300; here a step stands for 10 s.
    /// </summary>
    private async Task BackOffAsync(ContainerResult result, int restarts, CancellationToken cancellationToken)
    {
        var factor = Math.Min(30, 1 << Math.Min(restarts, 5));
        await WriteAsync(_status.CrashLoop(result, LastMessage(result), factor * 10), cancellationToken);
        await EventAsync(
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
        await WriteAsync(_status.Ended(result, LastMessage(result)), cancellationToken);
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
                await WriteAsync(_status.Ended(new ContainerResult(137, "", "Error"), ""), cancellationToken);
            }

            await client.DeleteAsync($"{Path}?gracePeriodSeconds=0", cancellationToken);
        }
        catch (HttpRequestException e)
            when (e.StatusCode is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Conflict)
        {
            // It went another way.
        }
    }

    private Task<JsonObject> WriteAsync(JsonObject patch, CancellationToken cancellationToken) =>
        client.PatchAsync(Path + "/status", new JsonObject { ["status"] = patch }, cancellationToken);

    private async Task<IReadOnlyDictionary<string, byte[]>> MountAsync(CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var ns = pod.Metadata().Text("namespace")!;
        foreach (var mount in (Container.Array("volumeMounts") ?? []).OfType<JsonObject>())
        {
            var volume = (pod.Object("spec").Array("volumes") ?? [])
                .OfType<JsonObject>()
                .FirstOrDefault(v => v.Text("name") == mount.Text("name"));
            var (kind, name, source) =
                volume.Object("configMap") is { } map ? (Kind.ConfigMap, map.Text("name"), map)
                : volume.Object("secret") is { } secret ? (Kind.Secret, secret.Text("secretName"), secret)
                : (null, null, null);
            if (kind is null)
            {
                continue;
            }

            var all = await client.ListAsync($"{kind.In(ns)}?fieldSelector=metadata.name%3D{name}", cancellationToken);
            var items = (source!.Array("items") ?? [])
                .OfType<JsonObject>()
                .ToDictionary(i => i.Text("key")!, i => i.Text("path")!, StringComparer.Ordinal);
            foreach (var (key, value) in (all.Items.Count > 0 ? all.Items[0] : null).Object("data") ?? [])
            {
                var path = items.GetValueOrDefault(key, key);
                var content =
                    kind == Kind.Secret
                        ? Convert.FromBase64String(value.Text() ?? "")
                        : Encoding.UTF8.GetBytes(value.Text() ?? "");
                if (mount.Text("subPath") is { } sub)
                {
                    if (sub == path)
                    {
                        files[mount.Text("mountPath")!] = content;
                    }
                }
                else if (items.Count == 0 || items.ContainsKey(key))
                {
                    files[$"{mount.Text("mountPath")}/{path}"] = content;
                }
            }
        }

        return files;
    }

    private async Task EventAsync(string type, string reason, string message, CancellationToken cancellationToken)
    {
        var about = new Work(client, null!, options.Time);
        await about.EventAsync(pod, type, reason, message, "kubelet", cancellationToken);
    }
}
