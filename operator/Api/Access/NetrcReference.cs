using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Access;

/// <summary>Describes a key of a Secret in the same namespace that holds credentials in netrc's form.</summary>
internal sealed record NetrcReference
{
    /// <summary>Name of the Secret.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Key in its data.</summary>
    public string Key { get; init; } = "netrc";
}
