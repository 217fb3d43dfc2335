using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Pods;

/// <summary>Says where the server sees a volume.</summary>
internal sealed record ServedMount
{
    /// <summary>Name of the volume.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Absolute path.</summary>
    [Required]
    public string MountPath { get; init; } = "";

    /// <summary>Path within the volume; empty means its root.</summary>
    public string SubPath { get; init; } = "";

    /// <summary>Whether it is mounted for reading alone.</summary>
    public bool ReadOnly { get; init; }
}
