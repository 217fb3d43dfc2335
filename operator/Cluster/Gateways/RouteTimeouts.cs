namespace GemmaOperator.Cluster.Gateways;

/// <summary>Bounds how long a gateway waits.</summary>
internal sealed record RouteTimeouts
{
    /// <summary>Gets the bound of a whole answer, as GEP-2257 writes durations.</summary>
    public string? Request { get; init; }
}
