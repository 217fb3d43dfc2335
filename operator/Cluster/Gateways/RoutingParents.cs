namespace GemmaOperator.Cluster.Gateways;

/// <summary>Says what gateways make of a route or a pool.</summary>
internal sealed record RoutingParents
{
    public IReadOnlyList<RoutingParent>? Parents { get; init; }
}
