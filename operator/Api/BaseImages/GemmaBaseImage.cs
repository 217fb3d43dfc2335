using GemmaOperator.Api.Words;
using k8s;
using k8s.Models;

namespace GemmaOperator.Api.BaseImages;

/// <summary>Describes a GPU base image that is kept fresh, and the Gemma service on it.</summary>
[KubernetesEntity(Group = ApiGroup.Name, ApiVersion = ApiGroup.Version, Kind = KubeKind, PluralName = KubePlural)]
internal sealed record GemmaBaseImage : IKubernetesObject<V1ObjectMeta>
{
    public const string KubeKind = "GemmaBaseImage";
    public const string KubePlural = "gemmabaseimages";

    public string ApiVersion { get; set; } = ApiGroup.GroupVersion;

    public string Kind { get; set; } = KubeKind;

    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Desired state; null only in bodies that write status alone.</summary>
    public GemmaBaseImageSpec? Spec { get; init; }

    /// <summary>Observed state; null until the first reconcile.</summary>
    public GemmaBaseImageStatus? Status { get; init; }
}
