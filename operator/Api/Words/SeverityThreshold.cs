namespace GemmaOperator.Api.Words;

/// <summary>Names the lowest severity that rejects a candidate.</summary>
internal enum SeverityThreshold
{
    /// <summary>Findings without a severity included: they may be anything.</summary>
    Low,

    Medium,

    High,

    Critical,

    /// <summary>No finding rejects a candidate.</summary>
    Never,
}
