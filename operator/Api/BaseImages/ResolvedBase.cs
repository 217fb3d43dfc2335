namespace GemmaOperator.Api.BaseImages;

/// <summary>Says what the base reference resolved to.</summary>
internal sealed record ResolvedBase
{
    /// <summary>Reference as declared.</summary>
    public string Reference { get; init; } = "";

    /// <summary>Digest it resolved to.</summary>
    public string Digest { get; init; } = "";

    /// <summary>When it was last asked (UTC).</summary>
    public DateTime? CheckedAt { get; init; }
}
