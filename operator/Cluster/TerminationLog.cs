namespace GemmaOperator.Cluster;

/// <summary>Names the file from which the kubelet takes a container's last message.</summary>
internal static class TerminationLog
{
    /// <summary>Kubernetes' default for <c>terminationMessagePath</c>.</summary>
    public const string Path = "/dev/termination-log";
}
