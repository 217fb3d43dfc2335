using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Routing;

/// <summary>Names a Gateway, or one of its listeners.</summary>
internal sealed record ParentReference
{
    /// <summary>Name of the Gateway.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Its namespace; empty means the object's own.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Name of one listener; empty means all.</summary>
    public string SectionName { get; init; } = "";
}
