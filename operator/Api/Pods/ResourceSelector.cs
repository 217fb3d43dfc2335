using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Pods;

/// <summary>Names a request or a limit of the server container.</summary>
internal sealed record ResourceSelector
{
    /// <summary>Which one.</summary>
    [Required]
    public string Resource { get; init; } = "";

    /// <summary>Unit that the value is given in; empty means 1.</summary>
    public string Divisor { get; init; } = "";
}
