namespace GemmaOperator.Check;

/// <summary>
/// Judges an installation: one line for each thing that was looked at, in the order of who needs whom.
/// </summary>
internal static class Installation
{
    /// <param name="request">What was to be looked at.</param>
    /// <param name="cluster">What the API server said.</param>
    /// <param name="registry">What the registry said; null when none was asked.</param>
    public static IReadOnlyList<CheckLine> Judge(CheckRequest request, ClusterFacts cluster, RegistryFacts? registry)
    {
        IEnumerable<CheckLine> ofCluster = cluster.Version.Value is { } version
            ?
            [
                .. ServerCheck.Judge(cluster.Server, version),
                .. DefinitionCheck.Judge(cluster.Definitions),
                .. RightsCheck.Judge(request, cluster.Rights),
                .. LeaseCheck.Judge(request, cluster.Lease, cluster.Now),
                .. NodeCheck.Judge(cluster.Nodes),
                .. NamespaceCheck.Judge(cluster.Namespaces, cluster.NetworkPolicies),
                .. StorageCheck.Judge(cluster.StorageClasses),
                .. ClassCheck.Judge("PriorityClass", "priorityClassName", cluster.PriorityClasses),
                .. ClassCheck.Judge("RuntimeClass", "runtimeClassName", cluster.RuntimeClasses),
            ]
            : ServerCheck.Unreachable(cluster.Server, cluster.Version.Problem);
        return [.. ofCluster, .. registry is null ? [] : RegistryCheck.Judge(registry)];
    }
}
