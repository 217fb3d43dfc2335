using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Builds;

/// <summary>Describes one environment variable with a literal value.</summary>
internal sealed record EnvironmentVariable
{
    /// <summary>Name, a C identifier.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Literal value.</summary>
    public string Value { get; init; } = "";
}
