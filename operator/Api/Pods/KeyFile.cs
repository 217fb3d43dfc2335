using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Pods;

/// <summary>Says which file a key becomes.</summary>
internal sealed record KeyFile
{
    /// <summary>Key in the data.</summary>
    [Required]
    public string Key { get; init; } = "";

    /// <summary>Path below the volume.</summary>
    [Required]
    public string Path { get; init; } = "";

    /// <summary>Mode of the file; null means the mode of the volume.</summary>
    public int? Mode { get; init; }
}
