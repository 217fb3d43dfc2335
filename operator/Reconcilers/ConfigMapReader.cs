using System.Collections.Concurrent;
using GemmaOperator.Runtime;
using k8s.Models;

namespace GemmaOperator.Reconcilers;

/// <summary>
/// Reads keys of ConfigMaps that users name. Only metadata is watched, so that a cluster's ConfigMaps don't fill our
/// memory; the content is fetched once per version.
/// </summary>
internal sealed class ConfigMapReader(IIndexer<PartialObjectMetadata<V1ConfigMap>> metadata, IKubeApi api)
{
    private readonly ConcurrentDictionary<(string Namespace, string Name), (string Version, V1ConfigMap Map)> known = new();

    /// <summary>The key's text, or an error that names what is missing.</summary>
    public async Task<(string? Text, string? Error)> ReadAsync(string ns, string name, string key, CancellationToken cancellationToken)
    {
        if (await FindAsync(ns, name, cancellationToken) is not { } map)
        {
            return (null, $"ConfigMap {ns}/{name} doesn't exist: create it, with the key {key}");
        }

        if (map.Data is not null && map.Data.TryGetValue(key, out var text))
        {
            return (text, null);
        }

        var keys = map.Data is { Count: > 0 } data ? string.Join(", ", data.Keys.Order(StringComparer.Ordinal).Take(10)) : "none";
        return (null, map.BinaryData?.ContainsKey(key) == true
            ? $"ConfigMap {ns}/{name} holds the key {key} as binary data; it must be text under data"
            : $"ConfigMap {ns}/{name} has no key {key}; its keys are: {keys}");
    }

    private async Task<V1ConfigMap?> FindAsync(string ns, string name, CancellationToken cancellationToken)
    {
        if (metadata.Get(ns, name) is not { } seen)
        {
            known.TryRemove((ns, name), out _);
            return null;
        }

        var version = seen.Metadata.ResourceVersion;
        if (known.TryGetValue((ns, name), out var entry) && entry.Version == version)
        {
            return entry.Map;
        }

        if (await api.GetAsync<V1ConfigMap>(ns, name, cancellationToken) is not { } map)
        {
            return null;
        }

        known[(ns, name)] = (map.Metadata.ResourceVersion, map);
        return map;
    }
}
