using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.Registry.Access;

/// <summary>Reads registry credentials from Secrets that users name. Only verdicts are kept, never content.</summary>
internal sealed class SecretReader(IIndexer<PartialObjectMetadata<V1Secret>> metadata, IKubeApi api)
{
    private const int MostBytes = 4 * 1024 * 1024;

    private readonly LruCache<(string Namespace, string Name), string?> _verdicts = new(MostBytes);

    /// <summary>Tells whether there is no such Secret.</summary>
    public bool IsMissing(string ns, string name) => metadata.Get(ns, name) is null;

    /// <summary>Returns the version of a Secret as it is seen now; empty when there is none.</summary>
    public string VersionOf(string ns, string name) => metadata.Get(ns, name)?.Metadata.ResourceVersion ?? "";

    /// <summary>
    /// Returns what is wrong with a Secret; null when it holds credentials. Asked of the API server once per version.
    /// </summary>
    public async Task<string?> ProblemAsync(string ns, string name, CancellationToken cancellationToken)
    {
        if (metadata.Get(ns, name) is not { } seen)
        {
            _verdicts.Remove((ns, name));
            return Missing(ns, name);
        }

        if (_verdicts.TryGet((ns, name), seen.Metadata.ResourceVersion, out var problem))
        {
            return problem;
        }

        (_, _, problem) = await ReadAsync(ns, name, cancellationToken);
        _verdicts.Set((ns, name), seen.Metadata.ResourceVersion, problem, problem?.Length ?? 0);
        return problem;
    }

    /// <summary>Returns the credentials and the bytes they came from, or what is wrong.</summary>
    public Task<(DockerConfig? Config, byte[]? Json, string? Problem)> ReadAsync(
        string ns,
        string name,
        CancellationToken cancellationToken
    ) => ReadAsync(api, ns, name, cancellationToken);

    /// <inheritdoc cref="ReadAsync(string, string, CancellationToken)"/>
    public static async Task<(DockerConfig? Config, byte[]? Json, string? Problem)> ReadAsync(
        IKubeApi api,
        string ns,
        string name,
        CancellationToken cancellationToken
    )
    {
        if (await api.GetAsync<V1Secret>(ns, name, cancellationToken) is not { } secret)
        {
            return (null, null, Missing(ns, name));
        }

        if (secret.Type != DockerConfigSecret.Type)
        {
            return (
                null,
                null,
                $"Secret {ns}/{name} is of type {secret.Type}; it must be of type {DockerConfigSecret.Type}, "
                    + "as 'kubectl create secret docker-registry' makes it"
            );
        }

        if (secret.Data is null || !secret.Data.TryGetValue(DockerConfigSecret.Key, out var json))
        {
            return (null, null, $"Secret {ns}/{name} has no key {DockerConfigSecret.Key}");
        }

        return DockerConfig.TryParse(json, out var config, out var error)
            ? (config, json, null)
            : (null, null, $"Secret {ns}/{name}, key {DockerConfigSecret.Key}: {error}");
    }

    private static string Missing(string ns, string name) =>
        $"Secret {ns}/{name} doesn't exist; create it with 'kubectl create secret docker-registry'";
}
