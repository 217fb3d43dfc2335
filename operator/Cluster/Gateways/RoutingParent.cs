using k8s.Models;

namespace GemmaOperator.Cluster.Gateways;

/// <summary>Says what one gateway makes of it.</summary>
internal sealed record RoutingParent
{
    public GatewayReference? ParentRef { get; init; }

    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}
