using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Pods;

/// <summary>Names a key of a Secret or a ConfigMap of the same namespace.</summary>
internal sealed record KeySelector
{
    /// <summary>Name of the object.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Key in its data.</summary>
    [Required]
    public string Key { get; init; } = "";

    /// <summary>Whether pods start without it.</summary>
    public bool Optional { get; init; }
}
