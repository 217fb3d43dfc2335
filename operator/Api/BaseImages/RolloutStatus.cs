using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.BaseImages;

/// <summary>Progress of the workload.</summary>
internal sealed record RolloutStatus
{
    /// <summary>Stage of the rollout.</summary>
    public WireEnum<RolloutStage> Stage { get; init; }

    /// <summary>Image that hasn't proved itself yet.</summary>
    public string? Digest { get; init; }

    /// <summary>Settings that it hasn't proved itself with yet: hash of the pod template without its image.</summary>
    public string? Settings { get; init; }

    /// <summary>Since when its pods have been available without a break (UTC).</summary>
    public DateTime? SoakStartTime { get; init; }

    /// <summary>Since when they aren't any more (UTC).</summary>
    public DateTime? UnhealthySince { get; init; }

    /// <summary>
    /// Since when a pod has waited for a node, with no predecessor that still ends (UTC); absent when none does.
    /// </summary>
    public DateTime? UnscheduledSince { get; init; }

    /// <summary>How its smoke test went; absent before it has ended.</summary>
    public SmokeTestStatus? SmokeTest { get; init; }

    /// <summary>A newer image that is pulled onto nodes; absent when none is.</summary>
    public PrePullStatus? PrePull { get; init; }

    /// <summary>Why the newest image was given up; absent unless it was.</summary>
    public string? LastFailure { get; init; }

    /// <summary>Pods of the wanted revision.</summary>
    public int UpdatedReplicas { get; init; }

    /// <summary>Ready pods.</summary>
    public int ReadyReplicas { get; init; }
}
