using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Builds;

/// <summary>Says why a build failed.</summary>
internal sealed record BuildFailure
{
    /// <summary>Reason of the Succeeded condition.</summary>
    [Required]
    public string Reason { get; init; } = "";

    /// <summary>What happened and what to do.</summary>
    public string Message { get; init; } = "";

    /// <summary>Container that failed.</summary>
    public string? Container { get; init; }

    /// <summary>End of its log, at most 2 KiB.</summary>
    public string? LogTail { get; init; }
}
