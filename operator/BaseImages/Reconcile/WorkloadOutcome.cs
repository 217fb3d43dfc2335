using GemmaOperator.BaseImages.Serving;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Says what writing the workload came to.</summary>
/// <param name="Conflict">Who has one of its names; null when nobody else has.</param>
/// <param name="Refused">What the API server doesn't take; null when it took all.</param>
/// <param name="IsWithoutImageVolumes">Whether the API server took the pods' image volume for no volume.</param>
internal sealed record WorkloadOutcome(
    string? Conflict = null,
    ObjectRefusal? Refused = null,
    bool IsWithoutImageVolumes = false
)
{
    public static readonly WorkloadOutcome Done = new();

    /// <summary>Gets what the API server made of what it was asked for.</summary>
    public WrittenWorkload Written { get; init; } = WrittenWorkload.Nothing;
}
