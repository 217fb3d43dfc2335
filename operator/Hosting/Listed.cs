using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Hosting;

/// <summary>Reads objects that were listed once, as a cache reads those that a watch brings.</summary>
internal sealed class Listed<T>(
    IReadOnlyList<T> items,
    params (string Name, Func<T, IEnumerable<string>> KeysOf)[] indexes
) : IIndexer<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Dictionary<string, ILookup<string, T>> _indexes = indexes
        .Append((CacheIndex.OwnerUid, item => item.Metadata.OwnerReferences?.Select(o => o.Uid) ?? []))
        .ToDictionary(
            index => index.Name,
            index =>
                items
                    .SelectMany(item => index.KeysOf(item).Select(key => (key, item)))
                    .ToLookup(pair => pair.key, pair => pair.item, StringComparer.Ordinal),
            StringComparer.Ordinal
        );

    public bool HasSynced => true;

    public T? Get(string? ns, string name) =>
        items.FirstOrDefault(i => i.Metadata.Name == name && i.Metadata.NamespaceProperty == ns);

    public IReadOnlyList<T> List(string? ns = null) =>
        ns is null ? items : [.. items.Where(i => i.Metadata.NamespaceProperty == ns)];

    public IReadOnlyList<T> ByIndex(string index, string key) => [.. _indexes[index][key]];
}
