using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.BaseImages;

/// <summary>Describes a key of a ConfigMap in the same namespace.</summary>
internal sealed record KeyReference
{
    /// <summary>Name of the ConfigMap.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Key in its data; the default depends on the use.</summary>
    public string? Key { get; init; }
}
