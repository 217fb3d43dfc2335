using GemmaOperator.Api.BaseImages;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace KubectlGemma.Planning;

/// <summary>Shows a cluster as it would be if an object, and the ConfigMaps beside it, were applied.</summary>
/// <param name="api">The cluster as it is.</param>
/// <param name="image">The object as it would be.</param>
/// <param name="configMaps">As they would be.</param>
internal sealed class ProposedCluster(IKubeApi api, GemmaBaseImage image, IReadOnlyList<V1ConfigMap> configMaps)
    : ReadingApi(api)
{
    public override async Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
        where T : class =>
        typeof(T) == typeof(V1ConfigMap)
        && configMaps.FirstOrDefault(c => c.Metadata.Name == name && c.Metadata.NamespaceProperty == ns) is { } proposed
            ? (T)(object)proposed
            : await base.GetAsync<T>(ns, name, cancellationToken);

    public override async Task<KubePage<T>> ListAsync<T>(ListQuery query, CancellationToken cancellationToken)
    {
        var page = await base.ListAsync<T>(query, cancellationToken);
        if (
            typeof(T) != typeof(GemmaBaseImage)
            || (query.Namespace is { } ns && ns != image.Metadata.NamespaceProperty)
        )
        {
            return page;
        }

        // In the place of the one that is there, which the first page may have, or a later one.
        var others = page.Items.Where(i => ObjectKey.Of(i) != ObjectKey.Of(image)).ToList();
        return page with { Items = query.Continue is null ? [(T)(object)image, .. others] : others };
    }
}
