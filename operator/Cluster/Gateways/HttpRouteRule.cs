namespace GemmaOperator.Cluster.Gateways;

/// <summary>Says which requests lead to which backends.</summary>
internal sealed record HttpRouteRule
{
    public IReadOnlyList<HttpRouteMatch>? Matches { get; init; }

    public IReadOnlyList<RouteBackend>? BackendRefs { get; init; }

    public RouteTimeouts? Timeouts { get; init; }
}
