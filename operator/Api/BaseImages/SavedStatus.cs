namespace GemmaOperator.Api.BaseImages;

/// <summary>Holds what is saved in a week; decimals as text.</summary>
internal sealed record SavedStatus
{
    /// <summary>The smaller amount.</summary>
    public string Low { get; init; } = "";

    /// <summary>The larger amount.</summary>
    public string High { get; init; } = "";

    /// <summary>ISO 4217 code.</summary>
    public string Currency { get; init; } = "";
}
