using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Adoption;

/// <summary>
/// Decides which Deployment, Service, budget, route and pool are an object's: what it owns, and what bears its name and
/// the operator's labels and has no owner, be it that an object before it left it, or that this one is to leave it.
/// </summary>
internal static class OwnWorkload
{
    /// <summary>Returns the one that a cache has; null when it has none.</summary>
    public static T? Find<T>(IIndexer<T> cache, GemmaBaseImage image)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        cache.ByIndex(CacheIndex.OwnerUid, image.Metadata.Uid) is [var owned, ..] ? owned
        : cache.Get(image.Metadata.NamespaceProperty, image.Metadata.Name) is { } left && IsOf(image, left) ? left
        : null;

    /// <summary>Tells whether it is an object's; a stranger's of the same name isn't taken.</summary>
    public static bool IsOf(GemmaBaseImage image, IKubernetesObject<V1ObjectMeta> child) =>
        child.IsOwnedBy(image) || (child.IsLeft && IsNamedAs(image, child.Metadata));

    /// <summary>
    /// Tells whether a route or a pool is an object's: what only names it as an owner is somebody's who wants it to go
    /// with the object.
    /// </summary>
    public static bool IsOf<T>(GemmaBaseImage image, SeenRouting<T> seen)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        seen.Live is { } live
        && (
            live.IsControlledBy(image.Metadata.Uid)
            || (live.IsLeft && IsNamedAs(image, live.Metadata))
            || IsUnlabeled(image, live)
        );

    /// <summary>
    /// Tells whether what serves was left by an object before, and this one begins with it: what it made itself and is
    /// to leave is noted at once, and younger.
    /// </summary>
    public static bool IsTakenOver(ImageSnapshot s) =>
        s.Status.DeletionPolicy is null
        && s.Spec.Rollout.Mode == RolloutMode.Managed
        && s.Workload.Deployment is { IsLeft: true } left
        && !(left.Metadata.CreationTimestamp > s.Image.Metadata.CreationTimestamp);

    /// <summary>
    /// Tells whether it is one that an object wrote and has let go, and whose labels somebody took away; they come back
    /// with the next write.
    /// </summary>
    public static bool IsUnlabeled(GemmaBaseImage image, IKubernetesObject<V1ObjectMeta> child) =>
        image.Status?.DeletionPolicy?.Value == DeletionPolicy.Orphan
        && child is { IsLeft: true, LastApplied: not null }
        && (child.Metadata.NamespaceProperty, child.Metadata.Name)
            == (image.Metadata.NamespaceProperty, image.Metadata.Name);

    private static bool IsNamedAs(GemmaBaseImage image, V1ObjectMeta child) =>
        (child.NamespaceProperty, child.Name) == (image.Metadata.NamespaceProperty, image.Metadata.Name)
        && child.Labels is { } labels
        && WorkloadMetadata.Labels(image).All(l => labels.TryGetValue(l.Key, out var value) && value == l.Value);

    extension(IKubernetesObject<V1ObjectMeta> child)
    {
        /// <summary>Decides whether it goes with an object.</summary>
        public bool IsOwnedBy(GemmaBaseImage image) =>
            child.Metadata.OwnerReferences?.Any(o => o.Uid == image.Metadata.Uid) == true;

        /// <summary>Gets whether it goes with nobody, and isn't going.</summary>
        public bool IsLeft =>
            child.Metadata.OwnerReferences is not { Count: > 0 } && child.Metadata.DeletionTimestamp is null;
    }
}
