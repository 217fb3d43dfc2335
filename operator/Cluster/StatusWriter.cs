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
/// again, so that they wake nobody. Where the object that was decided upon may be older than what was written last, by
/// a former leader or by us, the write is a conflict if it is: a cache that is behind must not undo what stands in the
/// status alone, such as which build was announced.
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
    /// <param name="follows">Whether it follows a write of the same pass, which found the object as it was.</param>
    public Task<bool> WriteAsync(
        GemmaBaseImage image,
        GemmaBaseImageStatus after,
        CancellationToken cancellationToken,
        bool follows = false
    ) =>
        ApiEquality.Same(image.Status, after)
            ? Task.FromResult(false)
            : WriteAsync(
                new GemmaBaseImage { Metadata = Identity(image), Status = after },
                follows ? null : image.Metadata.ResourceVersion,
                cancellationToken
            );

    /// <summary>Returns true when somebody else wrote meanwhile, so that another pass must look at it.</summary>
    public Task<bool> WriteAsync(GemmaBuild build, GemmaBuildStatus after, CancellationToken cancellationToken) =>
        ApiEquality.Same(build.Status, after)
            ? Task.FromResult(false)
            : WriteAsync(
                new GemmaBuild { Metadata = Identity(build), Status = after },
                build.Metadata.ResourceVersion,
                cancellationToken
            );

    private async Task<bool> WriteAsync<T>(T body, string? read, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var isCurrent = _written.TryGetValue(body.Metadata.Uid, out var last) && last.IsIn(read);
        body.Metadata.ResourceVersion = isCurrent ? null : read;
        var write = _written[body.Metadata.Uid] = new StatusWrite();
        try
        {
            return write.Answer((await api.ApplyStatusAsync(body, cancellationToken)).Metadata.ResourceVersion);
        }
        catch
        {
            _written.TryRemove(body.Metadata.Uid, out _);
            throw;
        }
    }

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
