using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Pods;

/// <summary>Describes keys of a ConfigMap of the same namespace as files.</summary>
internal sealed record ConfigMapSource
{
    /// <summary>Name of the ConfigMap.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Whether pods start without it.</summary>
    public bool Optional { get; init; }

    /// <summary>Mode of the files; null means 0644.</summary>
    public int? DefaultMode { get; init; }

    /// <summary>Keys, and where they are; none means all.</summary>
    public IReadOnlyList<KeyFile> Items { get; init; } = [];
}
