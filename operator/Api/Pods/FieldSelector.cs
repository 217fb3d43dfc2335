using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Pods;

/// <summary>Names a field of the pod.</summary>
internal sealed record FieldSelector
{
    /// <summary>Path of the field.</summary>
    [Required]
    public string FieldPath { get; init; } = "";
}
