namespace GemmaOperator.Cluster.Gateways;

/// <summary>Names who picks the pod for a request.</summary>
internal sealed record EndpointPicker
{
    public string? Group { get; init; }

    public string? Kind { get; init; }

    public string Name { get; init; } = "";

    public PoolPort? Port { get; init; }

    public string? FailureMode { get; init; }
}
