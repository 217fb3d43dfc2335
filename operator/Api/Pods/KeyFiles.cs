using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Pods;

/// <summary>Names keys of a Secret or a ConfigMap of the same namespace that become files.</summary>
internal sealed record KeyFiles
{
    /// <summary>Name of the object.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Whether pods start without it.</summary>
    public bool Optional { get; init; }

    /// <summary>Keys, and where they are; none means all.</summary>
    public IReadOnlyList<KeyFile> Items { get; init; } = [];
}
