namespace LocalCluster.Nodes;

/// <summary>Runs containers.</summary>
public interface IPodRunner
{
    /// <summary>
    /// Runs one container. It may run until it is cancelled; <see cref="ContainerSpec.Ready"/> says that it answers.
    /// </summary>
    Task<ContainerResult> RunAsync(ContainerSpec container, CancellationToken cancellationToken);
}
