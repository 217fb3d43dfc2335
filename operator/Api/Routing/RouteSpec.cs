using System.ComponentModel.DataAnnotations;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Routing;

/// <summary>Asks for an HTTPRoute of the Gateway API that leads to the served pods.</summary>
internal sealed record RouteSpec
{
    /// <summary>Gateways that it is attached to.</summary>
    [Required]
    public IReadOnlyList<ParentReference> ParentRefs { get; init; } = [];

    /// <summary>Host names; empty means those of the gateways' listeners.</summary>
    public IReadOnlyList<string> Hostnames { get; init; } = [];

    /// <summary>Prefix of the paths that lead there.</summary>
    public string Path { get; init; } = "/";

    /// <summary>How long a gateway waits for a whole answer; null means its own bound.</summary>
    public WireDuration? Timeout { get; init; }
}
