namespace GemmaOperator.Api;

/// <summary>Minutes, cost and saving; decimals as text.</summary>
internal sealed record CostStatus
{
    /// <summary>Minutes of all builds still known.</summary>
    public string BuildMinutesTotal { get; init; } = string.Empty;

    /// <summary>Their cost.</summary>
    public string BuildCostTotal { get; init; } = string.Empty;

    /// <summary>Saving against full builds.</summary>
    public string SavedPerWeek { get; init; } = string.Empty;

    /// <summary>Formula with its inputs.</summary>
    public string Method { get; init; } = string.Empty;
}
