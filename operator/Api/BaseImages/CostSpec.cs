namespace GemmaOperator.Api.BaseImages;

/// <summary>Holds the inputs of the report on costs and savings.</summary>
internal sealed record CostSpec
{
    /// <summary>ISO 4217 code.</summary>
    public string Currency { get; init; } = "USD";

    /// <summary>Decimal price of one build minute.</summary>
    public string PricePerMinute { get; init; } = "0.008";

    /// <summary>Minutes of a build without the split.</summary>
    public double FullBuildMinutes { get; init; } = 17.5;

    /// <summary>How often the application is built.</summary>
    public int ApplicationBuildsPerWeek { get; init; } = 10;
}
