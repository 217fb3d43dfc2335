using System.Text.Json.Nodes;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace KubectlGemma.Planning;

/// <summary>Reads an API server through another reader, and never writes.</summary>
internal abstract class ReadingApi(IKubeApi api) : IKubeApi
{
    public virtual Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => api.GetAsync<T>(ns, name, cancellationToken);

    public virtual Task<KubePage<T>> ListAsync<T>(ListQuery query, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => api.ListAsync<T>(query, cancellationToken);

    public Task<string?> ReadLogAsync(
        string ns,
        string pod,
        string container,
        int tailLines,
        int limitBytes,
        CancellationToken cancellationToken
    ) => api.ReadLogAsync(ns, pod, container, tailLines, limitBytes, cancellationToken);

    public Task<T> CreateAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw Written();

    public Task<T> ApplyAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw Written();

    public Task<IReadOnlyList<FieldConflict>> ConflictsAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw Written();

    public Task<T> ApplyStatusAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw Written();

    public Task<T> PatchAsync<T>(
        string? ns,
        string name,
        JsonObject mergePatch,
        string? subresource,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta> => throw Written();

    public Task<bool> DeleteAsync<T>(
        string? ns,
        string name,
        DeletePreconditions? preconditions,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta> => throw Written();

    private static NotSupportedException Written() => new("what is only looked at isn't written to");
}
