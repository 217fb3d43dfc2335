using System.Text.Json.Nodes;
using LocalCluster.Nodes;
using ContainerSpec = LocalCluster.Nodes.ContainerSpec;

namespace Cli.Tests.Local;

/// <summary>Runs containers that do nothing until they are stopped.</summary>
internal sealed class IdleRunner : IPodRunner
{
    public async Task<ContainerResult> RunAsync(ContainerSpec container, CancellationToken cancellationToken)
    {
        container.Ready();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return new ContainerResult(0);
    }
}
