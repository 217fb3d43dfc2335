using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Workloads;

/// <summary>Names the ControllerRevision that holds a pod template, and says what is believed of it.</summary>
internal sealed record ServingRevision
{
    /// <summary>Its name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>SHA-256 of the template, in hexadecimal: what has another isn't believed.</summary>
    [Required]
    public string Hash { get; init; } = "";

    /// <summary>Hash of the template's settings: of all but the image.</summary>
    [Required]
    public string Settings { get; init; } = "";

    /// <summary>The template's application image, by digest.</summary>
    [Required]
    public string Image { get; init; } = "";
}
