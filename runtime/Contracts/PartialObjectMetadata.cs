using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Contracts;

/// <summary>
/// Holds of an object of <typeparamref name="TKind"/> only what names it and its version (of meta.k8s.io/v1
/// PartialObjectMetadata): for kinds whose content is large, secret or not our business.
/// </summary>
public sealed class PartialObjectMetadata<TKind> : IKubernetesObject<V1ObjectMeta>
    where TKind : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Gets or sets the group and version of <typeparamref name="TKind"/>.</summary>
    public string ApiVersion { get; set; } = "";

    /// <summary>Gets or sets the kind of <typeparamref name="TKind"/>.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Gets or sets name, namespace, uid and resourceVersion; the rest is left out as it is read.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();
}
