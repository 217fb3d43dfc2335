using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Builds;

/// <summary>Describes the GemmaBaseImage a build belongs to.</summary>
internal sealed record ImageOwnerReference
{
    /// <summary>Name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Uid.</summary>
    [Required]
    public string Uid { get; init; } = "";

    /// <summary>Generation the build was made for.</summary>
    public long Generation { get; init; }

    /// <summary>Fingerprint of what the object took over from defaults; null when that was nothing.</summary>
    public string? Defaults { get; init; }
}
