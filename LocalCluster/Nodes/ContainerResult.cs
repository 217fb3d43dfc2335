namespace LocalCluster.Nodes;

/// <summary>Says how a container ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Message">What it wrote to its termination log.</param>
/// <param name="Reason">The kubelet's word; null means Completed or Error, by the exit code.</param>
/// <param name="Eviction">Why the node evicted the pod; null when it didn't.</param>
public sealed record ContainerResult(int ExitCode, string Message = "", string? Reason = null, string? Eviction = null);
