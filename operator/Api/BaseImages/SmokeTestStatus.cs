using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.BaseImages;

/// <summary>How the first request to a new image went.</summary>
internal sealed record SmokeTestStatus
{
    /// <summary>Passed or Failed.</summary>
    public WireEnum<SmokeTestResult> Result { get; init; }

    /// <summary>What was wrong with the answer.</summary>
    public string? Message { get; init; }
}
