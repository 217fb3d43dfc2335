using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>Holds what is seen of the Jobs that scan lists of packages.</summary>
internal sealed record ScanFacts
{
    public static readonly ScanFacts None = new();

    /// <summary>Gets the pods of these Jobs.</summary>
    public IReadOnlyList<V1Pod> Pods { get; init; } = [];

    /// <summary>Gets the pods that say they are of those Jobs and aren't what the Jobs ask for.</summary>
    public IReadOnlyList<ForeignPod> ForeignPods { get; init; } = [];
}
