using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Updates;

/// <summary>Names a version that mends a vulnerability, and that may be younger than other packages.</summary>
internal sealed record YoungerFix
{
    /// <summary>Name of the Python package.</summary>
    [Required]
    public string Package { get; init; } = "";

    /// <summary>The version.</summary>
    [Required]
    public string Version { get; init; } = "";

    /// <summary>When a build was last made for it (UTC).</summary>
    public DateTime? Since { get; init; }
}
