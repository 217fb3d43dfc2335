namespace GemmaOperator.Api;

/// <summary>Progress of the workload.</summary>
internal sealed record RolloutStatus
{
    /// <summary>Stage of the rollout.</summary>
    public string Stage { get; init; } = string.Empty;

    /// <summary>Pods of the wanted revision.</summary>
    public int UpdatedReplicas { get; init; }

    /// <summary>Ready pods.</summary>
    public int ReadyReplicas { get; init; }
}
