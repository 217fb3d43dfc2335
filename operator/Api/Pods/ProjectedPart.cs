namespace GemmaOperator.Api.Pods;

/// <summary>Describes one source of a projected volume; exactly one is given.</summary>
internal sealed record ProjectedPart
{
    /// <summary>Keys of a Secret.</summary>
    public KeyFiles? Secret { get; init; }

    /// <summary>Keys of a ConfigMap.</summary>
    public KeyFiles? ConfigMap { get; init; }
}
