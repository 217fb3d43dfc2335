using System.Text.Json.Nodes;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace Operator.Tests.Runtime;

/// <summary>An API of which a test answers what it expects to be asked; everything else is a mistake.</summary>
internal abstract class ScriptedApi : IKubeApi
{
    public virtual Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public virtual Task<T> CreateAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public virtual Task<T> ApplyAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public virtual Task<IReadOnlyList<FieldConflict>> ConflictsAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public virtual Task<T> ApplyStatusAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public virtual Task<T> PatchAsync<T>(
        string? ns,
        string name,
        JsonObject mergePatch,
        string? subresource,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public virtual Task<bool> DeleteAsync<T>(
        string? ns,
        string name,
        DeletePreconditions? preconditions,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public virtual Task<KubePage<T>> ListAsync<T>(ListQuery query, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public virtual Task<string?> ReadLogAsync(
        string ns,
        string pod,
        string container,
        int tailLines,
        int limitBytes,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();
}
