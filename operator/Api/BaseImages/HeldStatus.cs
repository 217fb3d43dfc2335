namespace GemmaOperator.Api.BaseImages;

/// <summary>Says what holds something newer back from being served.</summary>
internal sealed record HeldStatus
{
    /// <summary>Reason of the Held condition.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Newest GemmaBuild that is held back; absent when no image is.</summary>
    public string? Build { get; init; }

    /// <summary>Since when this holds this back (UTC).</summary>
    public DateTime? Since { get; init; }
}
