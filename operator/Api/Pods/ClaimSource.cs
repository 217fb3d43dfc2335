using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Pods;

/// <summary>Names a claim of the same namespace.</summary>
internal sealed record ClaimSource
{
    /// <summary>Name of the PersistentVolumeClaim.</summary>
    [Required]
    public string ClaimName { get; init; } = "";

    /// <summary>Whether it is mounted for reading alone.</summary>
    public bool ReadOnly { get; init; }
}
