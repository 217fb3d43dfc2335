using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Engines;

/// <summary>Describes a server of the base's own.</summary>
internal sealed record CustomServerSpec
{
    /// <summary>Program and its first arguments, without a shell.</summary>
    [Required]
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Further arguments.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>How the kubelet sees that it starts, answers and lives.</summary>
    [Required]
    public CustomProbesSpec Probes { get; init; } = new();

    /// <summary>The request that a new image must answer; null asks for the readiness.</summary>
    public CustomSmokeTestSpec? SmokeTest { get; init; }
}
