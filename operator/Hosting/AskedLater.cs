using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Hosting;

/// <summary>Takes every object for one that may be there: the API server is asked for those that matter.</summary>
internal sealed class AskedLater<TKind> : IIndexer<PartialObjectMetadata<TKind>>
    where TKind : class, IKubernetesObject<V1ObjectMeta>
{
    public bool HasSynced => true;

    public PartialObjectMetadata<TKind> Get(string? ns, string name) =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = ns },
        };

    public IReadOnlyList<PartialObjectMetadata<TKind>> List(string? ns = null) => [];

    public IReadOnlyList<PartialObjectMetadata<TKind>> ByIndex(string index, string key) => [];
}
