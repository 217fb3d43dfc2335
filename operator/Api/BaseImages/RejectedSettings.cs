namespace GemmaOperator.Api.BaseImages;

/// <summary>Settings of the server that failed and aren't tried again.</summary>
internal sealed record RejectedSettings
{
    /// <summary>Hash of the pod template without its image.</summary>
    public string Hash { get; init; } = "";

    /// <summary>
    /// Image that failed with them; absent when no image would do better. Where it isn't the serving one, either may be
    /// at fault, and it is tried again with other settings.
    /// </summary>
    public string? Digest { get; init; }

    /// <summary>What was wrong.</summary>
    public string Message { get; init; } = "";

    /// <summary>When they were given up (UTC).</summary>
    public DateTime? Time { get; init; }
}
