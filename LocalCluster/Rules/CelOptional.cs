namespace LocalCluster.Rules;

/// <summary>Holds a value that may be absent.</summary>
internal sealed record CelOptional(bool HasValue, object? Value)
{
    public static readonly CelOptional None = new(false, null);
}
