using System.Collections.Concurrent;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>
/// Writes status, and is the one place that does: once per reconcile, and only when it changed. It knows its own writes
/// again, so that they wake nobody.
/// </summary>
internal sealed class StatusWriter(IKubeApi api)
{
    private const string InFlight = "";

    /// <summary>By uid, the resourceVersion that the newest write of it led to, or <see cref="InFlight"/>.</summary>
    private readonly ConcurrentDictionary<string, string> _written = new(StringComparer.Ordinal);

    /// <summary>Returns whether the object is as our own write left it, or one is under way.</summary>
    public bool HasWritten(IKubernetesObject<V1ObjectMeta> entity) =>
        _written.TryGetValue(entity.Metadata.Uid, out var version)
        && (version == InFlight || version == entity.Metadata.ResourceVersion);

    /// <summary>Forgets an object that is gone.</summary>
    public void Forget(IKubernetesObject<V1ObjectMeta> entity) => _written.TryRemove(entity.Metadata.Uid, out _);

    public Task WriteAsync(GemmaBaseImage image, GemmaBaseImageStatus after, CancellationToken cancellationToken) =>
        ApiEquality.Same(image.Status, after)
            ? Task.CompletedTask
            : WriteAsync(new GemmaBaseImage { Metadata = Identity(image), Status = after }, cancellationToken);

    public Task WriteAsync(GemmaBuild build, GemmaBuildStatus after, CancellationToken cancellationToken) =>
        ApiEquality.Same(build.Status, after)
            ? Task.CompletedTask
            : WriteAsync(new GemmaBuild { Metadata = Identity(build), Status = after }, cancellationToken);

    private async Task WriteAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var uid = body.Metadata.Uid;
        // The watch may tell of the write before its answer is here.
        _written[uid] = InFlight;
        try
        {
            _written[uid] = (await api.ApplyStatusAsync(body, cancellationToken)).Metadata.ResourceVersion;
        }
        catch
        {
            _written.TryRemove(uid, out _);
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
