using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Host;

/// <summary>Says whose a child is.</summary>
internal static class OwnerKeys
{
    /// <summary>Returns the owners of one kind that control an object.</summary>
    public static IEnumerable<ObjectKey> Of<TEntity>(IKubernetesObject<V1ObjectMeta> child)
        where TEntity : class, IKubernetesObject<V1ObjectMeta>
    {
        var resource = KubeResource.Of<TEntity>();
        return from owner in child.Metadata.OwnerReferences ?? []
            where owner.Controller == true && owner.Kind == resource.Kind && GroupOf(owner.ApiVersion) == resource.Group
            select new ObjectKey(child.Metadata.NamespaceProperty, owner.Name);
    }

    private static string GroupOf(string apiVersion) =>
        apiVersion.IndexOf('/') is var slash and >= 0 ? apiVersion[..slash] : "";
}
