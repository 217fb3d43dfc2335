using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>Creates objects that are named after their content and never change.</summary>
internal static class OwnedCreation
{
    /// <summary>
    /// Creates it; the object is there, made now or by a life of this process that was cut short, or else somebody has
    /// its name. A Job that says it is ours and isn't what we make is deleted.
    /// </summary>
    /// <param name="api">The API server.</param>
    /// <param name="desired">What is to be there.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <param name="variants">What else a life before this one may have made under the name.</param>
    public static async Task<Creation<T>> CreateOwnedAsync<T>(
        this IKubeApi api,
        T desired,
        CancellationToken cancellationToken,
        params IReadOnlyList<T> variants
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var (ns, name) = (desired.Metadata.NamespaceProperty, desired.Metadata.Name);
        try
        {
            return new Creation<T>(await api.CreateAsync(desired, cancellationToken), null);
        }
        catch (KubeApiException e) when (e.IsAlreadyExists)
        {
            var found = await api.GetAsync<T>(ns, name, cancellationToken);
            if (NameTaken.By(found, [desired, .. variants]) is not { } taken)
            {
                return new Creation<T>(found, null);
            }

            if (taken is { IsForged: true, GoesByItself: true })
            {
                await api.DeleteAsync<T>(
                    ns,
                    name,
                    new DeletePreconditions(Uid: found!.Metadata.Uid),
                    cancellationToken
                );
            }

            return new Creation<T>(null, taken);
        }
    }
}
