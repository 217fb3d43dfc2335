using k8s;
using k8s.Models;

namespace GemmaOperator.Cluster.Gateways;

/// <summary>Describes an HTTPRoute of the Gateway API, as far as it is written and read here.</summary>
[KubernetesEntity(Group = Group, ApiVersion = "v1", Kind = KubeKind, PluralName = "httproutes")]
internal sealed record HttpRoute : IKubernetesObject<V1ObjectMeta>
{
    public const string Group = "gateway.networking.k8s.io";
    public const string KubeKind = "HTTPRoute";

    public string ApiVersion { get; set; } = Group + "/v1";

    public string Kind { get; set; } = KubeKind;

    public V1ObjectMeta Metadata { get; set; } = new();

    public HttpRouteSpec? Spec { get; init; }

    public RoutingParents? Status { get; init; }
}
