using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>Writes status, and is the one place that does: once per reconcile, and only when it changed.</summary>
internal sealed class StatusWriter(IKubeApi api)
{
    public Task WriteAsync(GemmaBaseImage image, GemmaBaseImageStatus after, CancellationToken cancellationToken) =>
        ApiEquality.Same(image.Status, after)
            ? Task.CompletedTask
            : api.ApplyStatusAsync(
                new GemmaBaseImage { Metadata = Identity(image), Status = after },
                cancellationToken
            );

    public Task WriteAsync(GemmaBuild build, GemmaBuildStatus after, CancellationToken cancellationToken) =>
        ApiEquality.Same(build.Status, after)
            ? Task.CompletedTask
            : api.ApplyStatusAsync(new GemmaBuild { Metadata = Identity(build), Status = after }, cancellationToken);

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
