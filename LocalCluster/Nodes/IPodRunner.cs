namespace LocalCluster.Nodes;

/// <summary>Runs containers.</summary>
public interface IPodRunner
{
    /// <summary>
    /// Runs one container. It may run until it is cancelled; <see cref="ContainerSpec.Ready"/> says that it answers.
    /// </summary>
    Task<ContainerResult> RunAsync(ContainerSpec container, CancellationToken cancellationToken);

    /// <summary>
    /// Gets a container's image onto the node; null where it doesn't, and the node asks its registries.
    /// </summary>
    Task<PulledImage?> PullAsync(ContainerSpec container, CancellationToken cancellationToken) =>
        Task.FromResult<PulledImage?>(null);

    /// <summary>Takes away what is left of a pod: nothing of it is to run any more. It may be told so twice.</summary>
    Task EndAsync(string podUid) => Task.CompletedTask;
}
