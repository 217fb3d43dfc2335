namespace GemmaOperator.Api.BaseImages;

/// <summary>Records the server settings that failed and aren't tried again.</summary>
internal sealed record RejectedSettings
{
    /// <summary>Hash of the pod template without its image.</summary>
    public string Hash { get; init; } = "";

    /// <summary>
    /// Image that failed with these settings; absent when no image would do better. If it isn't the image that serves,
    /// either the image or the settings may be at fault, and the image is tried again with other settings.
    /// </summary>
    public string? Digest { get; init; }

    /// <summary>What was wrong.</summary>
    public string Message { get; init; } = "";

    /// <summary>When these settings were given up (UTC).</summary>
    public DateTime? Time { get; init; }
}
