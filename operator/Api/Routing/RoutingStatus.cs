namespace GemmaOperator.Api.Routing;

/// <summary>
/// Says which objects in front of the Service were made, or are about to be, so that they go when nobody asks any more.
/// </summary>
internal sealed record RoutingStatus
{
    /// <summary>Kinds: HTTPRoute, InferencePool.</summary>
    public IReadOnlyList<string> Made { get; init; } = [];
}
