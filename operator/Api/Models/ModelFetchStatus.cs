using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Models;

/// <summary>Reports how far a fetch of weights is.</summary>
internal sealed record ModelFetchStatus
{
    /// <summary>Stage of the fetch.</summary>
    public WireEnum<ModelFetchStage> Stage { get; init; }

    /// <summary>Job that fetches, or fetched.</summary>
    public string? Job { get; init; }

    /// <summary>Bytes that are there.</summary>
    public long? Bytes { get; init; }

    /// <summary>Bytes that are to come, those that are there included.</summary>
    public long? TotalBytes { get; init; }

    /// <summary>Attempts that have failed.</summary>
    public int Attempts { get; init; }

    /// <summary>When it is tried again (UTC); absent unless an attempt failed and another is due.</summary>
    public DateTime? RetryAt { get; init; }

    /// <summary>Why the last attempt failed, as the fetcher calls it; absent unless one did.</summary>
    public string? Reason { get; init; }

    /// <summary>The same in a sentence.</summary>
    public string? Message { get; init; }
}
