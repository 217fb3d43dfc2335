using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Contracts;

/// <summary>
/// All requests to the API server. Group, version and plural come from the type's
/// <see cref="KubernetesEntityAttribute"/>. Every method throws <see cref="KubeApiException"/> when the server refuses
/// or can't be reached, and <see cref="OperationCanceledException"/> when cancelled. Writes throw
/// <see cref="LeadershipLostException"/> when this process may no longer write.
/// </summary>
internal interface IKubeApi
{
    /// <summary>The object, or null when it doesn't exist. Prefer a cache where there is one.</summary>
    Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Creates; <see cref="KubeApiException.IsAlreadyExists"/> when the name is taken.</summary>
    Task<T> CreateAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// Server-side apply, forced, with the operator's field manager. The body holds only the fields we own; nulls are
    /// left out, times are whole seconds. With <c>metadata.resourceVersion</c> set it is refused after another write.
    /// </summary>
    Task<T> ApplyAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Server-side apply of the status subresource; leave <c>spec</c> null.</summary>
    Task<T> ApplyStatusAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// RFC 7386 merge patch; a JSON null removes. <paramref name="subresource"/> is for example <c>status</c>.
    /// </summary>
    Task<T> PatchAsync<T>(
        string? ns,
        string name,
        JsonObject mergePatch,
        string? subresource,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// Deletes the object, and what it owns in the background after it. Returns false when there was nothing to delete
    /// (any more).
    /// </summary>
    Task<bool> DeleteAsync<T>(
        string? ns,
        string name,
        DeletePreconditions? preconditions,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>One page of a list; pass <see cref="KubePage{T}.Continue"/> back for the next.</summary>
    Task<KubePage<T>> ListAsync<T>(ListQuery query, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// The last lines of a container's log, at most the last <paramref name="limitBytes"/>; null when
    /// there is none (any more).
    /// </summary>
    Task<string?> ReadLogAsync(
        string ns,
        string pod,
        string container,
        int tailLines,
        int limitBytes,
        CancellationToken cancellationToken
    );
}
