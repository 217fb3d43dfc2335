using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Models;

/// <summary>Describes a key of a Secret in the same namespace.</summary>
internal sealed record SecretKeyReference
{
    /// <summary>Name of the Secret.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Key in its data.</summary>
    public string Key { get; init; } = "token";
}
