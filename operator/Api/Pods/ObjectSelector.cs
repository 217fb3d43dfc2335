using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Pods;

/// <summary>Names a Secret or a ConfigMap of the same namespace.</summary>
internal sealed record ObjectSelector
{
    /// <summary>Name of the object.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Whether pods start without it.</summary>
    public bool Optional { get; init; }
}
