using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Routing;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Writes the objects in front of the Service as was decided; what goes wrong holds up nothing.</summary>
internal sealed class RoutingEffects(IKubeApi api)
{
    /// <summary>Returns what is there now.</summary>
    public async Task<RoutingFacts> CarryOutAsync(
        RoutingFacts seen,
        ImagePlan plan,
        CancellationToken cancellationToken
    )
    {
        // A route whose pool isn't there yet would be answered with errors.
        var pool = await WriteAsync(seen.Pool, plan.Pool, cancellationToken);
        var route = await WriteAsync(seen.Route, plan.Route, cancellationToken);
        return new RoutingFacts { Route = route, Pool = pool };
    }

    private async Task<SeenRouting<T>> WriteAsync<T>(
        SeenRouting<T> seen,
        RoutingWork<T> work,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            if (work.Drop is { Metadata: var gone })
            {
                await api.DeleteAsync<T>(
                    gone.NamespaceProperty,
                    gone.Name,
                    new DeletePreconditions(Uid: gone.Uid),
                    cancellationToken
                );
                return SeenRouting<T>.Nothing;
            }

            return work.Apply is { } wanted
                ? new SeenRouting<T>(await api.ApplyAsync(wanted, cancellationToken))
                : seen;
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            return new SeenRouting<T>(IsWithoutKind: true);
        }
        catch (KubeApiException e) when (e.IsRefusal)
        {
            return seen with { Refused = ObjectRefusal.Of(e, ObjectFields.Routing).Message };
        }
    }
}
