using System.Collections.Concurrent;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>
/// Writes status, and is the one place that does: once per reconcile, and only when it changed. It knows its own writes
/// again, so that they wake nobody. A status is only written over the one that was decided upon: a cache that is
/// behind and a former leader's late request are conflicts, for they must not undo what stands in the status alone,
/// such as which build was announced. Somebody's change of the rest of the object is none.
/// </summary>
internal sealed class StatusWriter(IKubeApi api)
{
    /// <summary>The newest write of each object, by uid.</summary>
    private readonly ConcurrentDictionary<string, StatusWrite> _written = new(StringComparer.Ordinal);

    /// <summary>
    /// Returns whether the object is as our own write left it; while one is under way, of which the watch may tell
    /// before its answer is here, every version is taken for it until the answer says which it was.
    /// </summary>
    public bool HasWritten(IKubernetesObject<V1ObjectMeta> entity) =>
        _written.TryGetValue(entity.Metadata.Uid, out var write) && write.IsOf(entity.Metadata.ResourceVersion);

    /// <summary>Forgets an object that is gone.</summary>
    public void Forget(IKubernetesObject<V1ObjectMeta> entity) => _written.TryRemove(entity.Metadata.Uid, out _);

    /// <summary>Forgets all: a term begins, and what went while another led was never told.</summary>
    public void Reset() => _written.Clear();

    /// <summary>Returns true when somebody else wrote meanwhile, so that another pass must look at it.</summary>
    /// <param name="image">As it was decided upon.</param>
    /// <param name="after">Its status.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<bool> WriteAsync(
        GemmaBaseImage image,
        GemmaBaseImageStatus after,
        CancellationToken cancellationToken
    ) =>
        !ApiEquality.Same(image.Status, after)
        && (await ReplaceAsync(image, Body(image, after), i => i.Status, cancellationToken)).IsOvertaken;

    /// <summary>Returns true when somebody else wrote meanwhile, so that another pass must look at it.</summary>
    /// <param name="build">As it was decided upon.</param>
    /// <param name="after">Its status.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<bool> WriteAsync(GemmaBuild build, GemmaBuildStatus after, CancellationToken cancellationToken) =>
        !ApiEquality.Same(build.Status, after)
        && (
            await ReplaceAsync(
                build,
                new GemmaBuild { Metadata = Identity(build), Status = after },
                b => b.Status,
                cancellationToken
            )
        ).IsOvertaken;

    /// <summary>
    /// Writes a status that another write of the same pass follows, and returns the object as that one finds it:
    /// without what its metadata has beyond its name, uid and version.
    /// </summary>
    public async Task<GemmaBaseImage> WriteFirstAsync(
        GemmaBaseImage image,
        GemmaBaseImageStatus after,
        CancellationToken cancellationToken
    )
    {
        var left = Body(image, after);
        left.Metadata.ResourceVersion = (
            await ReplaceAsync(image, Body(image, after), i => i.Status, cancellationToken)
        ).Version;
        return left with { Spec = image.Spec };
    }

    private async Task<(string Version, bool IsOvertaken)> ReplaceAsync<T>(
        T read,
        T body,
        Func<T, object?> statusOf,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        body.Metadata.ResourceVersion = read.Metadata.ResourceVersion;
        try
        {
            return await ApplyAsync(body, cancellationToken);
        }
        catch (KubeApiException e) when (e.IsConflict)
        {
            var now = await api.GetAsync<T>(body.Metadata.NamespaceProperty, body.Metadata.Name, cancellationToken);
            if (now?.Metadata.Uid != body.Metadata.Uid || !ApiEquality.Same(statusOf(now!), statusOf(read)))
            {
                throw;
            }

            body.Metadata.ResourceVersion = now!.Metadata.ResourceVersion;
            return await ApplyAsync(body, cancellationToken);
        }
    }

    private async Task<(string Version, bool IsOvertaken)> ApplyAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var write = _written[body.Metadata.Uid] = new StatusWrite();
        try
        {
            var version = (await api.ApplyStatusAsync(body, cancellationToken)).Metadata.ResourceVersion;
            return (version, write.Answer(version));
        }
        catch
        {
            _written.TryRemove(body.Metadata.Uid, out _);
            throw;
        }
    }

    private static GemmaBaseImage Body(GemmaBaseImage image, GemmaBaseImageStatus status) =>
        new() { Metadata = Identity(image), Status = status };

    /// <summary>
    /// The uid makes an apply to an object of the same name but another life a conflict instead of a creation.
    /// </summary>
    private static V1ObjectMeta Identity(IKubernetesObject<V1ObjectMeta> entity) =>
        new()
        {
            Name = entity.Metadata.Name,
            NamespaceProperty = entity.Metadata.NamespaceProperty,
            Uid = entity.Metadata.Uid,
        };
}
