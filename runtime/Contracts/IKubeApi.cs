using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Contracts;

/// <summary>
/// Sends requests to the API server. Group, version and plural come from the type's <see
/// cref="KubernetesEntityAttribute"/>. Every method throws <see cref="KubeApiException"/> when the server refuses,
/// can't be reached or takes too long, and <see cref="OperationCanceledException"/> when cancelled. Writes throw <see
/// cref="LeadershipLostException"/> when this process may no longer write.
/// </summary>
public interface IKubeApi
{
    /// <summary>Returns the object, or null when it doesn't exist. Prefer a cache where there is one.</summary>
    Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// Creates an object and returns what the server made of it; throws with <see
    /// cref="KubeApiException.IsAlreadyExists"/> when the name is taken.
    /// </summary>
    Task<T> CreateAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// Applies an object (server-side apply, forced, with our field manager) and returns what it is now. The body holds
    /// only the fields we own: nulls are left out, times are whole seconds. With <c>metadata.resourceVersion</c> set it
    /// is refused after another write.
    /// </summary>
    Task<T> ApplyAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// Returns the fields of a body that others own with other values, as an apply that isn't forced would name them;
    /// changes nothing.
    /// </summary>
    Task<IReadOnlyList<FieldConflict>> ConflictsAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Applies the status subresource; leave <c>spec</c> null.</summary>
    Task<T> ApplyStatusAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// Patches by RFC 7386 (merge patch): a JSON null removes. <paramref name="subresource"/> is for example
    /// <c>status</c>.
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

    /// <summary>Returns one page of a list; pass <see cref="KubePage{T}.Continue"/> back for the next.</summary>
    Task<KubePage<T>> ListAsync<T>(ListQuery query, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// Returns the last <paramref name="tailLines"/> lines of a container's log, cut at the front to <paramref
    /// name="limitBytes"/> bytes of UTF-8; null when there is none (any more).
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
