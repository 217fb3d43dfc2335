namespace KubectlGemma.Cluster;

/// <summary>Says which cluster, in whose name and where in it, as kubectl's options do.</summary>
internal sealed record ClusterTarget
{
    public string? Kubeconfig { get; init; }

    public string? Context { get; init; }

    public string? Namespace { get; init; }

    /// <summary>Gets whom requests are made as; null: as who the kubeconfig says.</summary>
    public string? As { get; init; }

    public IReadOnlyList<string> AsGroups { get; init; } = [];
}
