using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.BaseImages;

/// <summary>One line of history.</summary>
internal sealed record RecentBuild
{
    /// <summary>Result of a build that hasn't ended.</summary>
    public const string Running = "Running";

    /// <summary>Name of the GemmaBuild.</summary>
    public string Name { get; init; } = "";

    /// <summary>Why it ran.</summary>
    public IReadOnlyList<WireEnum<BuildReason>> Reasons { get; init; } = [];

    /// <summary>Reason of its Succeeded condition.</summary>
    public string Result { get; init; } = "";

    /// <summary>When it was created (UTC).</summary>
    public DateTime? StartTime { get; init; }

    /// <summary>How long it took.</summary>
    public long? DurationSeconds { get; init; }

    /// <summary>Base image digest, if it made one.</summary>
    public string? Digest { get; init; }
}
