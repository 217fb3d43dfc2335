using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Contracts;

/// <summary>Names one object of a known kind; the namespace is null for cluster-scoped kinds.</summary>
public readonly record struct ObjectKey(string? Namespace, string Name)
{
    /// <summary>Gets an object's own key.</summary>
    public static ObjectKey Of(IKubernetesObject<V1ObjectMeta> entity) =>
        new(entity.Metadata.NamespaceProperty, entity.Metadata.Name);

    /// <summary>Renders <c>namespace/name</c>, or the name alone.</summary>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
