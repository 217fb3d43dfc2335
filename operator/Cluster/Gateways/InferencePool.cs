using k8s;
using k8s.Models;

namespace GemmaOperator.Cluster.Gateways;

/// <summary>Describes an InferencePool of the Gateway API's inference extension, as far as it is used here.</summary>
[KubernetesEntity(Group = Group, ApiVersion = "v1", Kind = KubeKind, PluralName = "inferencepools")]
internal sealed record InferencePool : IKubernetesObject<V1ObjectMeta>
{
    public const string Group = "inference.networking.k8s.io";
    public const string KubeKind = "InferencePool";

    public string ApiVersion { get; set; } = Group + "/v1";

    public string Kind { get; set; } = KubeKind;

    public V1ObjectMeta Metadata { get; set; } = new();

    public InferencePoolContent? Spec { get; init; }

    public RoutingParents? Status { get; init; }
}
