using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Builds;

/// <summary>Describes one step of a build.</summary>
internal sealed record BuildStepStatus
{
    /// <summary>Build, Verify, Scan, Assemble or Promote.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>When it started (UTC).</summary>
    public DateTime? StartTime { get; init; }

    /// <summary>How long it took; absent while it runs.</summary>
    public long? DurationSeconds { get; init; }

    /// <summary>Running, Succeeded, Failed, Skipped.</summary>
    public string Result { get; init; } = "";

    /// <summary>
    /// Jobs started, or how often alias tags were to move and couldn't; absent in a step that has neither.
    /// </summary>
    public int? Attempts { get; init; }

    /// <summary>Newest Job; absent once its attempt is over.</summary>
    public string? Job { get; init; }

    /// <summary>Uid of that Job: another one of its name isn't believed.</summary>
    public string? JobUid { get; init; }

    /// <summary>When the next attempt starts (UTC); absent when none is announced.</summary>
    public DateTime? RetryAt { get; init; }
}
