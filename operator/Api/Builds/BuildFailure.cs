using System.ComponentModel.DataAnnotations;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Builds;

/// <summary>Says why a build failed.</summary>
internal sealed record BuildFailure
{
    /// <summary>Reason of the Succeeded condition.</summary>
    [Required]
    public string Reason { get; init; } = "";

    /// <summary>What happened and what to do.</summary>
    public string Message { get; init; } = "";

    /// <summary>
    /// What trying again can do: Transient may pass by itself, External may be mended by somebody without a change of
    /// the spec; both are tried again slowly. Absent when only other inputs help.
    /// </summary>
    public WireEnum<FailureKind>? Kind { get; init; }

    /// <summary>Digest of the server image that it failed of: another one is a reason to try again.</summary>
    public string? ServerImage { get; init; }

    /// <summary>Container that failed.</summary>
    public string? Container { get; init; }

    /// <summary>End of its log, at most 2 KiB.</summary>
    public string? LogTail { get; init; }
}
