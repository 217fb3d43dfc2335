using System.Collections.Concurrent;
using LocalCluster.Nodes;

namespace LocalCluster.Tests.Worlds;

/// <summary>Runs containers that serve until they are stopped, and others that end as a test says.</summary>
internal sealed class PlainRunner : IPodRunner
{
    /// <summary>Gets the names of the containers that were started, in their order.</summary>
    public ConcurrentQueue<string> Started { get; } = new();

    /// <summary>Decides how a container ends; null lets it run until it is stopped.</summary>
    public Func<ContainerSpec, ContainerResult?> Ending { get; init; } = c => c.Serves ? null : new ContainerResult(0);

    public async Task<ContainerResult> RunAsync(ContainerSpec container, CancellationToken cancellationToken)
    {
        Started.Enqueue(container.Name);
        container.Log($"{container.Name} runs");
        if (Ending(container) is { } result)
        {
            return result;
        }

        container.Ready();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return new ContainerResult(0);
    }
}
