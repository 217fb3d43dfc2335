namespace GemmaOperator.Api.BaseImages;

/// <summary>How the first request to a new image went.</summary>
internal sealed record SmokeTestStatus
{
    public const string Passed = "Passed";

    public const string Failed = "Failed";

    /// <summary>Passed or Failed.</summary>
    public string Result { get; init; } = "";

    /// <summary>What was wrong with the answer.</summary>
    public string? Message { get; init; }
}
