namespace GemmaOperator.Cluster.Gateways;

/// <summary>Selects pods by labels.</summary>
internal sealed record PoolSelector
{
    public IDictionary<string, string>? MatchLabels { get; init; }
}
