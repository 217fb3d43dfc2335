using GemmaOperator.Api.Words;
using k8s;
using k8s.Models;

namespace GemmaOperator.Api.Builds;

/// <summary>Describes one attempt to make a fresh image.</summary>
[KubernetesEntity(Group = ApiGroup.Name, ApiVersion = ApiGroup.Version, Kind = KubeKind, PluralName = KubePlural)]
internal sealed record GemmaBuild : IKubernetesObject<V1ObjectMeta>
{
    public const string KubeKind = "GemmaBuild";
    public const string KubePlural = "gemmabuilds";

    public string ApiVersion { get; set; } = ApiGroup.GroupVersion;

    public string Kind { get; set; } = KubeKind;

    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Desired state; null only in bodies that write status alone.</summary>
    public GemmaBuildSpec? Spec { get; init; }

    /// <summary>Observed state; null until the first reconcile.</summary>
    public GemmaBuildStatus? Status { get; init; }
}
