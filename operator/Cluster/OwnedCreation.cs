using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>Creates objects that are named after their content and never change.</summary>
internal static class OwnedCreation
{
    /// <summary>
    /// Creates it; null when the object is there, made now or by a life of this process that was cut short; else who
    /// has its name.
    /// </summary>
    public static async Task<NameTaken?> CreateOwnedAsync<T>(
        this IKubeApi api,
        T desired,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            await api.CreateAsync(desired, cancellationToken);
            return null;
        }
        catch (KubeApiException e) when (e.IsAlreadyExists)
        {
            return NameTaken.By(
                await api.GetAsync<T>(desired.Metadata.NamespaceProperty, desired.Metadata.Name, cancellationToken),
                desired
            );
        }
    }
}
