using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Engines;

/// <summary>Describes the probes of a server: GET requests that 200 to 399 answers.</summary>
internal sealed record CustomProbesSpec
{
    /// <summary>Asked whether the server takes requests.</summary>
    [Required]
    public string Path { get; init; } = "";

    /// <summary>Asked until the model is loaded; empty means <see cref="Path"/>.</summary>
    public string StartupPath { get; init; } = "";

    /// <summary>Asked whether the server must be started anew; empty means <see cref="Path"/>.</summary>
    public string LivenessPath { get; init; } = "";

    /// <summary>Port of the probes; null means that of the server.</summary>
    public int? Port { get; init; }
}
