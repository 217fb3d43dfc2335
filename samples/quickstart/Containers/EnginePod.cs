using KubectlGemma.Local.Engines;
using KubectlGemma.Output;
using LocalCluster.Nodes;

namespace Quickstart.Containers;

#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for holds nothing.
/// <summary>Holds what one pod has on an engine: the containers that run, and the volumes that they share.</summary>
internal sealed class EnginePod(Engine engine, string uid, SemaphoreSlim slot)
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _making = new(1);
    private readonly HashSet<string> _volumes = new(StringComparer.Ordinal);
    private readonly List<Task> _running = [];
    private Task? _placed;
    private bool _hasSlot;

    /// <summary>Remembers a container until it is gone from the engine.</summary>
    public void Hold(Task running)
    {
        lock (_gate)
        {
            _running.Add(running);
        }
    }

    /// <summary>
    /// Waits until the pod may have this machine's ports to itself: pods share its network here, and one whose
    /// sidecar listens would meet another's.
    /// </summary>
    public Task PlaceAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _placed ??= TakeAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Makes the volumes that a container shares with others of its pod; everybody may write to them.
    /// </summary>
    /// <exception cref="CliException">The engine makes none.</exception>
    public async Task MakeVolumesAsync(ContainerSpec container, CancellationToken cancellationToken)
    {
        await _making.WaitAsync(cancellationToken);
        try
        {
            var made = new List<string>();
            foreach (var mount in container.Mounts.Where(m => !ContainerRecipe.IsFiles(m)))
            {
                var name = ContainerRecipe.VolumeOf(uid, mount.Volume);
                if (_volumes.Add(name))
                {
                    made.Add(name);
                    await engine.Volumes.MakeAsync(name, ContainerRecipe.Labels(uid), cancellationToken);
                }
            }

            if (made.Count > 0)
            {
                await using var opening = await engine.CreateAsync(
                    ContainerRecipe.Opening(container, made),
                    cancellationToken
                );
                using var archive = EngineVolumes.OpenToAll(made);
                await opening.CopyInAsync("/", archive, cancellationToken);
            }
        }
        finally
        {
            _making.Release();
        }
    }

    /// <summary>
    /// Waits until no container is left, and removes the volumes; returns those that the engine still holds, as while
    /// it takes its time to remove a container.
    /// </summary>
    public async Task<IReadOnlyList<string>> EndAsync(CancellationToken cancellationToken)
    {
        Task[] running;
        lock (_gate)
        {
            running = [.. _running];
        }

        await Task.WhenAll(running).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var left = await RemoveAsync(engine, _volumes, cancellationToken);
        if (_hasSlot)
        {
            slot.Release();
        }

        return left;
    }

    /// <summary>Removes volumes; returns those that stay, with a label that says whose they were.</summary>
    public static async Task<IReadOnlyList<string>> RemoveAsync(
        Engine engine,
        IEnumerable<string> volumes,
        CancellationToken cancellationToken
    )
    {
        var left = new List<string>();
        foreach (var name in volumes)
        {
            try
            {
                await engine.Volumes.RemoveAsync(name, cancellationToken);
            }
            catch (Exception e) when (e is CliException or OperationCanceledException)
            {
                left.Add(name);
            }
        }

        return left;
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        await slot.WaitAsync(cancellationToken);
        _hasSlot = true;
    }
}
