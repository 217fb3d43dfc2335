namespace GemmaOperator.Cluster.Gateways;

/// <summary>Says which paths are meant.</summary>
internal sealed record HttpPathMatch
{
    public string? Type { get; init; }

    public string? Value { get; init; }
}
