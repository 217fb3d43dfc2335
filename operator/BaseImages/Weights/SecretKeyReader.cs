using System.Text;
using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.BaseImages.Weights;

/// <summary>
/// Reads single keys of Secrets that users name, such as access tokens. Only verdicts are kept, never content.
/// </summary>
internal sealed class SecretKeyReader(IIndexer<PartialObjectMetadata<V1Secret>> metadata, IKubeApi api)
{
    private const int MostBytes = 1024 * 1024;
    private const int LongestToken = 4096;

    private readonly LruCache<(string Namespace, string Name, string Key), string?> _verdicts = new(MostBytes);

    /// <summary>
    /// Returns what is wrong with a key; null when it holds a token. Asked of the API server once per version.
    /// </summary>
    public async Task<string?> ProblemAsync(string ns, string name, string key, CancellationToken cancellationToken)
    {
        if (metadata.Get(ns, name) is not { } seen)
        {
            _verdicts.Remove((ns, name, key));
            return Missing(ns, name, key);
        }

        if (_verdicts.TryGet((ns, name, key), seen.Metadata.ResourceVersion, out var problem))
        {
            return problem;
        }

        (_, problem) = await ReadAsync(ns, name, key, cancellationToken);
        _verdicts.Set((ns, name, key), seen.Metadata.ResourceVersion, problem, problem?.Length ?? 0);
        return problem;
    }

    /// <summary>
    /// Returns what is wrong with a key that holds something else; null when nothing is. Asked of the API server once
    /// per version and purpose.
    /// </summary>
    /// <param name="ns">Namespace of the Secret.</param>
    /// <param name="name">Name of the Secret.</param>
    /// <param name="key">Key in its data.</param>
    /// <param name="purpose">What the judgement depends on.</param>
    /// <param name="judge">Says what is wrong with the content and what would be right, and shows none of it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<string?> ProblemAsync(
        string ns,
        string name,
        string key,
        string purpose,
        Func<byte[], string?> judge,
        CancellationToken cancellationToken
    )
    {
        var remembered = (ns, name, $"{key} {purpose}");
        if (metadata.Get(ns, name) is not { } seen)
        {
            _verdicts.Remove(remembered);
            return MissingFile(ns, name, key);
        }

        if (_verdicts.TryGet(remembered, seen.Metadata.ResourceVersion, out var problem))
        {
            return problem;
        }

        if (await api.GetAsync<V1Secret>(ns, name, cancellationToken) is not { } secret)
        {
            return MissingFile(ns, name, key);
        }

        problem =
            secret.Data is null || !secret.Data.TryGetValue(key, out var bytes)
                ? $"Secret {ns}/{name} has no key {key}; add it, or name another"
            : judge(bytes) is { } wrong ? $"Secret {ns}/{name}, key {key}: {wrong}"
            : null;
        _verdicts.Set(remembered, secret.Metadata.ResourceVersion, problem, problem?.Length ?? 0);
        return problem;
    }

    private static string MissingFile(string ns, string name, string key) =>
        $"Secret {ns}/{name} doesn't exist; create it with 'kubectl create secret generic {name} -n {ns} "
        + $"--from-file={key}=FILE'";

    /// <summary>Returns the token, or what is wrong.</summary>
    public async Task<(string? Token, string? Problem)> ReadAsync(
        string ns,
        string name,
        string key,
        CancellationToken cancellationToken
    )
    {
        if (await api.GetAsync<V1Secret>(ns, name, cancellationToken) is not { } secret)
        {
            return (null, Missing(ns, name, key));
        }

        if (secret.Data is null || !secret.Data.TryGetValue(key, out var bytes))
        {
            return (null, $"Secret {ns}/{name} has no key {key}; {Remedy(ns, name, key)}");
        }

        var token = Encoding.UTF8.GetString(bytes).Trim();
        return token.Length is > 0 and <= LongestToken && token.All(c => c is > ' ' and <= '~')
            ? (token, null)
            : (null, $"Secret {ns}/{name}, key {key}, holds no token; {Remedy(ns, name, key)}");
    }

    private static string Missing(string ns, string name, string key) =>
        $"Secret {ns}/{name} doesn't exist; create it with 'kubectl create secret generic {name} -n {ns} "
        + $"--from-literal={key}=hf_…'";

    /// <summary>Says how to put a token there where a Secret is already.</summary>
    private static string Remedy(string ns, string name, string key) =>
        $"put it there with 'kubectl create secret generic {name} -n {ns} --from-literal={key}=hf_… "
        + "--dry-run=client -o yaml | kubectl apply -f -'";
}
