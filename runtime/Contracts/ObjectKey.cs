using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Contracts;

/// <summary>Names one object of a known kind; the namespace is null for cluster-scoped kinds.</summary>
internal readonly record struct ObjectKey(string? Namespace, string Name)
{
    public static ObjectKey Of(IKubernetesObject<V1ObjectMeta> entity) =>
        new(entity.Metadata.NamespaceProperty, entity.Metadata.Name);

    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
