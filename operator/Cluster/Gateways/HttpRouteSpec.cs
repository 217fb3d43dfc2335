namespace GemmaOperator.Cluster.Gateways;

/// <summary>Says where a route is attached and where it leads.</summary>
internal sealed record HttpRouteSpec
{
    public IReadOnlyList<GatewayReference> ParentRefs { get; init; } = [];

    public IReadOnlyList<string>? Hostnames { get; init; }

    public IReadOnlyList<HttpRouteRule> Rules { get; init; } = [];
}
