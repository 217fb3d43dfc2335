using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Routing;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Cluster.Gateways;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>
/// Looks up the objects in front of the Service, of kinds that the cluster may not have: nothing is asked about objects
/// that don't ask for them.
/// </summary>
internal sealed class RoutingReader(IKubeApi api)
{
    /// <param name="s">A snapshot that has the workload.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<RoutingFacts> ReadAsync(ImageSnapshot s, CancellationToken cancellationToken) =>
        new()
        {
            Route = RoutingPolicy.MustLook(s, HttpRoute.KubeKind, RoutingPolicy.AsksForRoute(s.Image))
                ? await ReadAsync<HttpRoute>(s.Image, cancellationToken)
                : SeenRouting<HttpRoute>.Nothing,
            Pool = RoutingPolicy.MustLook(s, InferencePool.KubeKind, RoutingPolicy.AsksForPool(s.Image))
                ? await ReadAsync<InferencePool>(s.Image, cancellationToken)
                : SeenRouting<InferencePool>.Nothing,
        };

    private async Task<SeenRouting<T>> ReadAsync<T>(GemmaBaseImage image, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            return new SeenRouting<T>(
                await api.GetAsync<T>(image.Metadata.NamespaceProperty, image.Metadata.Name, cancellationToken)
            );
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            return new SeenRouting<T>(IsWithoutKind: true);
        }
        catch (KubeApiException e) when (e.IsRefusal)
        {
            return new SeenRouting<T>(Refused: ObjectRefusal.Of(e, ObjectFields.Routing).Message);
        }
    }
}
