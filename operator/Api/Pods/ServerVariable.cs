using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Pods;

/// <summary>Describes one environment variable of the served pods, by its value or by where that is from.</summary>
internal sealed record ServerVariable
{
    /// <summary>Name, a C identifier.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Literal value.</summary>
    public string Value { get; init; } = "";

    /// <summary>Where the value is from instead.</summary>
    public VariableSource? ValueFrom { get; init; }
}
