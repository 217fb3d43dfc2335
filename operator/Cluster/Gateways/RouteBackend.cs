namespace GemmaOperator.Cluster.Gateways;

/// <summary>Names what requests are sent to.</summary>
internal sealed record RouteBackend
{
    public string? Group { get; init; }

    public string? Kind { get; init; }

    public string Name { get; init; } = "";

    public int? Port { get; init; }
}
