namespace GemmaOperator.Api.BaseImages;

/// <summary>What the base reference resolved to.</summary>
internal sealed record ResolvedBase
{
    /// <summary>Reference as declared.</summary>
    public string Reference { get; init; } = string.Empty;

    /// <summary>Digest it resolved to.</summary>
    public string Digest { get; init; } = string.Empty;

    /// <summary>When it was last asked (UTC).</summary>
    public DateTime? CheckedAt { get; init; }
}
