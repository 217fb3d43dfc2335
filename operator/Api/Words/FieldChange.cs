using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Words;

/// <summary>Describes one changed field.</summary>
internal sealed record FieldChange
{
    /// <summary>Path of the field.</summary>
    [Required]
    public string Field { get; init; } = "";

    /// <summary>Value before, shortened.</summary>
    public string Old { get; init; } = "";

    /// <summary>Value after, shortened.</summary>
    public string New { get; init; } = "";
}
