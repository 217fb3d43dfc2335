using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Builds;

/// <summary>Describes one step of a build.</summary>
internal sealed record BuildStepStatus
{
    /// <summary>Build, Assemble or Promote.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>When it started (UTC).</summary>
    public DateTime? StartTime { get; init; }

    /// <summary>How long it took; absent while it runs.</summary>
    public long? DurationSeconds { get; init; }

    /// <summary>Running, Succeeded, Failed, Skipped.</summary>
    public string Result { get; init; } = "";
}
