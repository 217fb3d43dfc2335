namespace GemmaOperator.Cluster.Gateways;

/// <summary>Names a port by its number.</summary>
internal sealed record PoolPort
{
    public int Number { get; init; }
}
