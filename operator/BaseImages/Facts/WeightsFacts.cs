using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>Holds what is seen of the weights in the cluster: claims, and what fetches into them.</summary>
internal sealed record WeightsFacts
{
    public static readonly WeightsFacts None = new();

    /// <summary>Gets the claims that the operator made for an object of this name.</summary>
    public IReadOnlyList<V1PersistentVolumeClaim> Claims { get; init; } = [];

    /// <summary>Gets the pods of Jobs that fetch, newest first.</summary>
    public IReadOnlyList<V1Pod> Pods { get; init; } = [];

    /// <summary>Gets the pods that say they are of those Jobs and aren't what the Jobs ask for.</summary>
    public IReadOnlyList<ForeignPod> ForeignPods { get; init; } = [];

    /// <summary>Gets how far the running fetch says that it is; null when none says so.</summary>
    public FetchReport.Progress? Progress { get; init; }

    /// <summary>Gets events of a fetch that doesn't start, oldest first.</summary>
    public IReadOnlyList<ObjectEvent> Events { get; init; } = [];

    /// <summary>Gets whether the API server may have image volumes.</summary>
    public bool HasImageVolumes { get; init; } = true;

    /// <summary>Gets the registry hosts that are spoken to over plain HTTP.</summary>
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];
}
