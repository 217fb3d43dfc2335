using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>
/// Reads keys of ConfigMaps that users name. Only metadata is watched, so that a cluster's ConfigMaps don't fill our
/// memory; a key is fetched once per version, and again when others have taken its place in memory.
/// </summary>
internal sealed class ConfigMapReader(IIndexer<PartialObjectMetadata<V1ConfigMap>> metadata, IKubeApi api)
{
    /// <summary>
    /// Of texts in memory, a requirements file of a hundred packages having 2 KiB and the largest ConfigMap 2 MiB.
    /// </summary>
    public const int MostBytes = 16 * 1024 * 1024;

    private readonly LruCache<(string Namespace, string Name, string Key), (string? Text, string? Error)> _known = new(
        MostBytes
    );

    /// <summary>Gets the bytes of texts in memory.</summary>
    public long Bytes => _known.Bytes;

    /// <summary>Tells whether there is no such ConfigMap.</summary>
    public bool IsMissing(string ns, string name) => metadata.Get(ns, name) is null;

    /// <summary>Returns the version of a ConfigMap as it is seen now; empty when there is none.</summary>
    public string VersionOf(string ns, string name) => metadata.Get(ns, name)?.Metadata.ResourceVersion ?? "";

    /// <summary>Returns the key's text, or an error that names what is missing.</summary>
    public async Task<(string? Text, string? Error)> ReadAsync(
        string ns,
        string name,
        string key,
        CancellationToken cancellationToken
    )
    {
        if (metadata.Get(ns, name) is not { } seen)
        {
            _known.Remove((ns, name, key));
            return Missing(ns, name, key);
        }

        if (_known.TryGet((ns, name, key), seen.Metadata.ResourceVersion, out var answer))
        {
            return answer;
        }

        if (await api.GetAsync<V1ConfigMap>(ns, name, cancellationToken) is not { } map)
        {
            return Missing(ns, name, key);
        }

        answer = Answer(map, ns, name, key);
        _known.Set((ns, name, key), map.Metadata.ResourceVersion, answer, (answer.Text ?? answer.Error)!.Length);
        return answer;
    }

    private static (string? Text, string? Error) Answer(V1ConfigMap map, string ns, string name, string key)
    {
        if (map.Data is not null && map.Data.TryGetValue(key, out var text))
        {
            return (text, null);
        }

        var keys = map.Data is { Count: > 0 } data
            ? string.Join(", ", data.Keys.Order(StringComparer.Ordinal).Take(10))
            : "none";
        return (
            null,
            map.BinaryData is not null && map.BinaryData.TryGetValue(key, out var bytes)
                ? $"ConfigMap {ns}/{name} holds the key {key} as binary data, because it is "
                    + $"{TextEncoding.NameOf(bytes)}: save the file as UTF-8 (in PowerShell: Out-File -Encoding utf8), "
                    + "and make the ConfigMap anew from it"
                : $"ConfigMap {ns}/{name} has no key {key}; its keys are: {keys}"
        );
    }

    private static (string? Text, string? Error) Missing(string ns, string name, string key) =>
        (null, $"ConfigMap {ns}/{name} doesn't exist: create it, with the key {key}");
}
