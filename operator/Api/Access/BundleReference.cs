using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Access;

/// <summary>Describes a key of a ConfigMap in the same namespace that holds certificates of authorities.</summary>
internal sealed record BundleReference
{
    /// <summary>Name of the ConfigMap.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Key in its data.</summary>
    public string Key { get; init; } = "ca.crt";
}
