using System.Collections.Concurrent;
using KubectlGemma.Local.Engines;
using KubectlGemma.Output;
using LocalCluster.Nodes;
using StandIns.Processes;

namespace Quickstart.Containers;

#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for holds nothing.
/// <summary>
/// Runs pods' containers for real, on a container engine of this machine, as a kubelet does by its runtime: with their
/// command, files, volumes, user and limits, their log and their last message. The rest is left to
/// <paramref name="others"/>. All of a pod is gone from the engine when the pod has ended, or the node.
/// </summary>
/// <param name="engine">The engine.</param>
/// <param name="others">Runs what isn't run here.</param>
/// <param name="isReal">Decides whether a container is run here; all of a pod's alike.</param>
/// <param name="http">For the probes of sidecars.</param>
/// <param name="time">The clock of probes.</param>
internal sealed class EngineRunner(
    Engine engine,
    IPodRunner others,
    Func<ContainerSpec, bool> isReal,
    HttpClient http,
    TimeProvider time
) : IPodRunner, IAsyncDisposable
{
    /// <summary>Is what a kubelet's runtime says of a container that can't be started.</summary>
    private const int NotStarted = 128;

    /// <summary>Bounds the removal of what a pod leaves.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, EnginePod> _pods = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _left = new();
    private readonly ConcurrentDictionary<string, bool> _pulled = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _slot = new(1);

    /// <summary>
    /// Gets the images of this machine's registries that were pulled: nobody has a use for them later.
    /// </summary>
    public IReadOnlyCollection<string> Pulled => [.. _pulled.Keys];

    /// <inheritdoc/>
    public async Task<PulledImage?> PullAsync(ContainerSpec container, CancellationToken cancellationToken)
    {
        if (!isReal(container))
        {
            return await others.PullAsync(container, cancellationToken);
        }

        try
        {
            if (await engine.FindAsync(container.Image, cancellationToken) is null)
            {
                await engine.PullAsync(container.Image, engine.Version.Platform, credentials: null, cancellationToken);
                if (OwnMachine.Is(container.Image.Split('/')[0]))
                {
                    _pulled[container.Image] = true;
                }
            }

            var found = await engine.FindAsync(container.Image, cancellationToken);
            return found is null
                ? new PulledImage($"the engine pulled {container.Image} and doesn't have it", null)
                : new PulledImage(null, found.Config?.User ?? "");
        }
        catch (CliException e)
        {
            return new PulledImage(e.Message, null);
        }
    }

    /// <inheritdoc/>
    public async Task<ContainerResult> RunAsync(ContainerSpec container, CancellationToken cancellationToken)
    {
        if (!isReal(container))
        {
            return await others.RunAsync(container, cancellationToken);
        }

        if (ContainerRecipe.WhyNot(container) is { } why)
        {
            return NotRun(why);
        }

        var pod = _pods.GetOrAdd(container.PodUid, uid => new EnginePod(engine, uid, _slot));
        if (container.Serves)
        {
            await pod.PlaceAsync(cancellationToken);
        }

        var running = RunAsync(pod, container, cancellationToken);
        pod.Hold(running);
        return await running;
    }

    /// <inheritdoc/>
    public async Task EndAsync(string podUid)
    {
        if (_pods.TryRemove(podUid, out var pod))
        {
            using var patience = new CancellationTokenSource(Patience, time);
            var earlier = _left.ToList();
            _left.Clear();
            string[] left =
            [
                .. await pod.EndAsync(patience.Token),
                .. await EnginePod.RemoveAsync(engine, earlier, patience.Token),
            ];
            foreach (var volume in left)
            {
                _left.Enqueue(volume);
            }
        }

        await others.EndAsync(podUid);
    }

    /// <summary>Removes what the engine still held when its pod ended.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(Patience, time);
        await EnginePod.RemoveAsync(engine, _left, patience.Token);
    }

    private static ContainerResult NotRun(string why) => new(NotStarted, why, "StartError");

    private async Task<ContainerResult> RunAsync(
        EnginePod pod,
        ContainerSpec container,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var folder = await ContainerFolder.WriteAsync(container, cancellationToken);
            await using var made = await MakeAsync(pod, container, folder);
            await made.StartAsync(cancellationToken);
            return await FollowAsync(made, container, folder, cancellationToken);
        }
        catch (CliException e)
        {
            return NotRun(e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return NotRun("the engine doesn't make the container in time");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return NotRun($"its files can't be written on this machine: {e.Message}");
        }
    }

    /// <summary>Makes a container. A stop waits for that: what nobody knows the name of couldn't be removed.</summary>
    private async Task<EngineContainer> MakeAsync(EnginePod pod, ContainerSpec container, ContainerFolder folder)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        await pod.MakeVolumesAsync(container, patience.Token);
        return await engine.CreateAsync(ContainerRecipe.Of(container, folder), patience.Token);
    }

    private async Task<ContainerResult> FollowAsync(
        EngineContainer made,
        ContainerSpec container,
        ContainerFolder folder,
        CancellationToken cancellationToken
    )
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var probed = container.Serves
            ? StartupProbe.FollowAsync(container, http, time, ended.Token)
            : Task.CompletedTask;
        await made.FollowAsync(container.Log, cancellationToken);
        var code = await made.WaitAsync(cancellationToken);
        await ended.CancelAsync();
        await probed;
        var reason = code != 0 && await made.RanOutOfMemoryAsync(cancellationToken) ? "OOMKilled" : null;
        return new ContainerResult((int)code, await folder.ReadMessageAsync(cancellationToken), reason);
    }
}
