using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Scanning;

/// <summary>Names a claim of the same namespace that holds what a scanner keeps in its cache directory.</summary>
internal sealed record ScanDatabaseVolume
{
    /// <summary>Name of the PersistentVolumeClaim, which is mounted for reading alone.</summary>
    [Required]
    public string ClaimName { get; init; } = "";

    /// <summary>Folder within the volume; empty means all of it.</summary>
    public string Path { get; init; } = "";
}
