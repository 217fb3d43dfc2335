namespace GemmaOperator.Cluster.Gateways;

/// <summary>Names a Gateway, or one of its listeners, as a route does and its status repeats.</summary>
internal sealed record GatewayReference
{
    public string? Group { get; init; }

    public string? Kind { get; init; }

    public string? Namespace { get; init; }

    public string Name { get; init; } = "";

    public string? SectionName { get; init; }
}
