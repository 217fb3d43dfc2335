using System.ComponentModel.DataAnnotations;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Defaults;

/// <summary>Says of one field, or one entry of a list or map, whose defaults its value is from.</summary>
internal sealed record InheritedField
{
    /// <summary>Bounds how many a status tells of.</summary>
    public const int MostTold = 64;

    /// <summary>Path, for example <c>spec.build.env[HTTPS_PROXY]</c>.</summary>
    [Required]
    public string Field { get; init; } = "";

    /// <summary>Whose defaults say it.</summary>
    [Required]
    public WireEnum<DefaultsOrigin> From { get; init; }
}
