namespace GemmaOperator.Cluster;

/// <summary>Tells an eviction for what the build itself used from one for the node's sake.</summary>
internal static class PodEviction
{
    /// <summary>
    /// The kubelet's texts for limits of the pod's own (pkg/kubelet/eviction/eviction_manager.go); "The node was low on
    /// resource" isn't among them, since others may have filled the node.
    /// </summary>
    private static readonly string[] OwnLimits =
    [
        "exceeds the limit",
        "exceeds the total limit of containers",
        "exceeded its local ephemeral storage limit",
    ];

    public static bool IsOwnDisk(string message) =>
        OwnLimits.Any(text => message.Contains(text, StringComparison.OrdinalIgnoreCase));
}
