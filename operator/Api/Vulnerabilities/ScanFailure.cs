namespace GemmaOperator.Api.Vulnerabilities;

/// <summary>Says why a list of packages couldn't be scanned.</summary>
internal sealed record ScanFailure
{
    /// <summary>One of the condition's reasons.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The same for people.</summary>
    public string Message { get; init; } = "";

    /// <summary>Failures in a row.</summary>
    public int Count { get; init; }

    /// <summary>When it is tried again (UTC).</summary>
    public DateTime? RetryAt { get; init; }
}
