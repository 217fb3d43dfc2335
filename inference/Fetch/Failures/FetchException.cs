namespace GemmaInference.Fetch.Failures;

/// <summary>Reports why a fetch can't go on, in one line that says what would be right.</summary>
internal sealed class FetchException(FetchReason reason, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public FetchReason Reason { get; } = reason;

    /// <summary>Gets whether the same command may succeed later without anybody's doing.</summary>
    public bool Retry { get; init; } = reason is FetchReason.Unavailable;

    /// <summary>Gets how long the other side asks to wait; null where it doesn't say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
