using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Contracts;

/// <summary>
/// An object of <typeparamref name="TKind"/> of which only the metadata was asked for
/// (meta.k8s.io/v1 PartialObjectMetadata): for kinds whose content is large, secret or not our business.
/// </summary>
internal sealed class PartialObjectMetadata<TKind> : IKubernetesObject<V1ObjectMeta>
    where TKind : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();
}
