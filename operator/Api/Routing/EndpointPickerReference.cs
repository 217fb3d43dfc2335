using System.ComponentModel.DataAnnotations;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Routing;

/// <summary>Names the Service of an endpoint picker in the same namespace.</summary>
internal sealed record EndpointPickerReference
{
    /// <summary>Name of the Service.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Port of the Service, which speaks Envoy's external processing.</summary>
    public int Port { get; init; } = 9002;

    /// <summary>What becomes of requests while it doesn't answer.</summary>
    public WireEnum<EndpointPickerFailure> FailureMode { get; init; } = EndpointPickerFailure.FailClose;
}
