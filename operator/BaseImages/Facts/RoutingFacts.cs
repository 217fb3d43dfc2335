using GemmaOperator.Cluster.Gateways;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>Holds what is seen of the objects in front of the Service; nothing where nobody asks for any.</summary>
internal sealed record RoutingFacts
{
    public static readonly RoutingFacts None = new();

    public SeenRouting<HttpRoute> Route { get; init; } = SeenRouting<HttpRoute>.Nothing;

    public SeenRouting<InferencePool> Pool { get; init; } = SeenRouting<InferencePool>.Nothing;
}
