using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>Holds what is seen of Jobs that ask published images which packages a build would bring.</summary>
internal sealed record ProbeFacts
{
    public static readonly ProbeFacts None = new();

    /// <summary>Gets the pods of this object's own, newest first.</summary>
    public IReadOnlyList<V1Pod> Pods { get; init; } = [];

    /// <summary>Gets the pods that say they are of those Jobs and aren't what the Jobs ask for.</summary>
    public IReadOnlyList<ForeignPod> ForeignPods { get; init; } = [];

    /// <summary>Gets how many Jobs of other objects in the namespace haven't ended.</summary>
    public int Others { get; init; }
}
