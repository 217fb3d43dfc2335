using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;

namespace GemmaOperator.Api.BaseImages;

/// <summary>Reports the progress of the workload.</summary>
internal sealed record RolloutStatus
{
    /// <summary>Stage of the rollout.</summary>
    public WireEnum<RolloutStage> Stage { get; init; }

    /// <summary>Image that hasn't proved itself yet.</summary>
    public string? Digest { get; init; }

    /// <summary>
    /// Settings that haven't proved themselves with that image yet: hash of the pod template without its image.
    /// </summary>
    public string? Settings { get; init; }

    /// <summary>Since when the image's pods have been available without a break (UTC).</summary>
    public DateTime? SoakStartTime { get; init; }

    /// <summary>Since when the pods are no longer available (UTC).</summary>
    public DateTime? UnhealthySince { get; init; }

    /// <summary>
    /// Since when a pod has waited for a node although no predecessor of it is still ending (UTC); absent when no pod
    /// does.
    /// </summary>
    public DateTime? UnscheduledSince { get; init; }

    /// <summary>
    /// Since when a pod has waited for what its predecessor holds, which ended or still ends (UTC); absent when none
    /// does.
    /// </summary>
    public DateTime? SucceedsSince { get; init; }

    /// <summary>
    /// Claim that pods of one node alone can mount, so that the strategy Surge acts as InPlace; absent when there is
    /// none.
    /// </summary>
    public string? SingleNodeClaim { get; init; }

    /// <summary>Objects that admission made something else of than was asked for; absent when there are none.</summary>
    public IReadOnlyList<RewrittenObject>? Rewritten { get; init; }

    /// <summary>A field that somebody else changes again and again; absent when nobody does.</summary>
    public ContestedField? Contested { get; init; }

    /// <summary>How the image's smoke test went; absent until the test has ended.</summary>
    public SmokeTestStatus? SmokeTest { get; init; }

    /// <summary>A newer image that is being pulled onto nodes; absent when there is none.</summary>
    public PrePullStatus? PrePull { get; init; }

    /// <summary>Why the newest image was given up; absent unless it was.</summary>
    public string? LastFailure { get; init; }

    /// <summary>Pods of the wanted revision.</summary>
    public int UpdatedReplicas { get; init; }

    /// <summary>Ready pods.</summary>
    public int ReadyReplicas { get; init; }
}
