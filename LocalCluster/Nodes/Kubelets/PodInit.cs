using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Nodes.Kubelets;

/// <summary>
/// Runs a pod's init containers, one after another, before the others; a sidecar (restartPolicy Always) only has to
/// start, and goes on beside them.
/// </summary>
/// <param name="pod">The pod.</param>
/// <param name="status">Its status.</param>
/// <param name="writer">Writes it.</param>
/// <param name="pull">Gets the images of a container onto the node, and says what it waits for.</param>
/// <param name="run">Runs a container once: whether it serves, and what to call when it is ready.</param>
/// <param name="options">The node's clock and its steps.</param>
internal sealed class PodInit(
    JsonObject pod,
    PodStatus status,
    PodWriter writer,
    Func<JsonObject, Func<string, string, JsonObject>, CancellationToken, Task> pull,
    Func<JsonObject, bool, Action, CancellationToken, Task<ContainerResult>> run,
    NodeOptions options
)
{
    /// <summary>Gets why the node evicted the pod while one of them ran; null when it didn't.</summary>
    public string? Eviction { get; private set; }

    /// <summary>Returns false when one failed and won't be tried again.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var container in (pod.Object("spec").Array("initContainers") ?? []).OfType<JsonObject>())
        {
            var name = container.Text("name")!;
            await pull(container, (reason, message) => Waiting(name, reason, message), cancellationToken);
            if (container.Text("restartPolicy") == "Always")
            {
                await StartAsync(container, name, cancellationToken);
            }
            else if (!await OneAsync(container, name, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> OneAsync(JsonObject container, string name, CancellationToken cancellationToken)
    {
        for (var restarts = 0; ; restarts++)
        {
            await BeginAsync(name, isReady: false, cancellationToken);
            var result = await run(container, false, () => { }, cancellationToken);
            status.Init.Ended(name, result);
            await TellAsync(cancellationToken);
            Eviction = result.Eviction;
            if (result.ExitCode == 0)
            {
                return true;
            }

            if (pod.Object("spec").Text("restartPolicy") == "Never")
            {
                return false;
            }

            await BackOffAsync(name, restarts, cancellationToken);
        }
    }

    /// <summary>Starts a sidecar, and keeps starting it until the pod ends.</summary>
    private async Task StartAsync(JsonObject container, string name, CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await BeginAsync(name, isReady: false, cancellationToken);
        _ = KeepAsync();
        await started.Task.WaitAsync(cancellationToken);
        await BeginAsync(name, isReady: true, cancellationToken);

        async Task KeepAsync()
        {
            try
            {
                for (var restarts = 0; ; restarts++)
                {
                    var result = await run(container, true, () => started.TrySetResult(), cancellationToken);
                    status.Init.Ended(name, result);
                    await TellAsync(cancellationToken);
                    await BackOffAsync(name, restarts, cancellationToken);
                    await BeginAsync(name, isReady: started.Task.IsCompleted, cancellationToken);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or HttpRequestException)
            {
                // The pod ends, and its sidecars with it.
                started.TrySetCanceled(CancellationToken.None);
            }
        }
    }

    private async Task BeginAsync(string name, bool isReady, CancellationToken cancellationToken)
    {
        status.Init.Running(name, isReady);
        await TellAsync(cancellationToken);
    }

    private async Task BackOffAsync(string name, int restarts, CancellationToken cancellationToken)
    {
        var factor = Math.Min(30, 1 << Math.Min(restarts, 5));
        status.Init.Restarting(name);
        status.Init.Waiting(
            name,
            "CrashLoopBackOff",
            $"back-off {factor * 10}s restarting failed container={name} pod={pod.Metadata().Text("name")}_"
                + $"{pod.Metadata().Text("namespace")}({pod.Metadata().Text("uid")})"
        );
        await TellAsync(cancellationToken);
        await writer.EventAsync(
            "Warning",
            "BackOff",
            $"Back-off restarting failed container {name} in pod {pod.Metadata().Text("name")}",
            cancellationToken
        );
        await Task.Delay(options.Step * factor, options.Time, cancellationToken);
    }

    private JsonObject Waiting(string name, string reason, string message)
    {
        status.Init.Waiting(name, reason, message);
        return status.Waiting("PodInitializing", null);
    }

    /// <summary>Writes the init containers' statuses alone once the others have theirs.</summary>
    private Task TellAsync(CancellationToken cancellationToken) =>
        writer.StatusAsync(
            status.Init.Incomplete.Count > 0 && !status.HasBegun
                ? status.Waiting("PodInitializing", null)
                : new JsonObject { ["initContainerStatuses"] = status.Init.Render() },
            cancellationToken
        );
}
