namespace GemmaOperator.Api.Channels;

/// <summary>Says that a version of a base was taken and given up.</summary>
internal sealed record RefusedBase
{
    /// <summary>The version.</summary>
    public string Version { get; init; } = "";

    /// <summary>The GemmaBuild that failed, or whose image was rejected.</summary>
    public string Build { get; init; } = "";

    /// <summary>What was wrong.</summary>
    public string Message { get; init; } = "";

    /// <summary>When it was given up (UTC).</summary>
    public DateTime? Time { get; init; }
}
