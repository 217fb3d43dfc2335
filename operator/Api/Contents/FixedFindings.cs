namespace GemmaOperator.Api.Contents;

/// <summary>
/// Counts findings of what was published before that an image doesn't have any more: at least so many, since scans name
/// the worst alone.
/// </summary>
internal sealed record FixedFindings
{
    /// <summary>Critical findings.</summary>
    public int Critical { get; init; }

    /// <summary>High findings.</summary>
    public int High { get; init; }

    /// <summary>Medium findings.</summary>
    public int Medium { get; init; }

    /// <summary>Low and negligible findings, and those without a severity.</summary>
    public int Low { get; init; }
}
