using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Routing;

/// <summary>Asks for an InferencePool of the served pods.</summary>
internal sealed record InferencePoolSpec
{
    /// <summary>Service that picks the pod for a request.</summary>
    [Required]
    public EndpointPickerReference EndpointPickerRef { get; init; } = new();
}
