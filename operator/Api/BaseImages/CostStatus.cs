namespace GemmaOperator.Api.BaseImages;

/// <summary>Minutes, cost and saving; decimals as text.</summary>
internal sealed record CostStatus
{
    /// <summary>Minutes of all builds that have ended, those that have left the history included.</summary>
    public string BuildMinutesTotal { get; init; } = "";

    /// <summary>Their cost, at the price of now.</summary>
    public string BuildCostTotal { get; init; } = "";

    /// <summary>Number of the newest build in these totals.</summary>
    public long? CountedBuild { get; init; }

    /// <summary>Saving against full builds, for people.</summary>
    public string SavedPerWeek { get; init; } = "";

    /// <summary>The same as numbers; absent in a status of a release that didn't write them.</summary>
    public SavedStatus? Saved { get; init; }

    /// <summary>Formula with its inputs.</summary>
    public string Method { get; init; } = "";
}
