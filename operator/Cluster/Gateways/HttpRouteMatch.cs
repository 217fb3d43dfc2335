namespace GemmaOperator.Cluster.Gateways;

/// <summary>Says which requests are meant.</summary>
internal sealed record HttpRouteMatch
{
    public HttpPathMatch? Path { get; init; }
}
