using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Adoption;

/// <summary>
/// Decides whose what serves is, at any time and not first when the object is deleted: then it would be too late, for
/// the garbage collector waits for nobody, and for an operator that is gone nobody would wait.
/// </summary>
internal static class OwnerPolicy
{
    /// <summary>Returns which objects get other owners: they are taken over, or let go.</summary>
    public static IReadOnlyList<OwnerChange> Decide(ImageSnapshot s)
    {
        if (s.Image.Metadata.DeletionTimestamp is not null || s.Spec.DeletionPolicy.Value is null)
        {
            return [];
        }

        var isLeaving = s.Spec.LeavesWorkload;
        // What was left to itself isn't taken over by who has no use for it.
        return isLeaving || s.Spec.Rollout.Mode == RolloutMode.Managed
            ? [.. Children(s.Workload).Where(c => c.IsOwnedBy(s.Image) == isLeaving).Select(c => ChangeOf(c, s.Image))]
            : [];
    }

    /// <summary>
    /// Returns what deleting the object does to what serves now, as its owners say; null while nothing serves.
    /// </summary>
    public static DeletionPolicy? InForce(ImageSnapshot s, IReadOnlyList<OwnerChange> carriedOut)
    {
        var children = Children(s.Workload).ToList();
        return children.Count == 0 ? null
            : children.TrueForAll(c => c.IsOwnedBy(s.Image) == carriedOut.Any(d => d.Child == c))
                ? DeletionPolicy.Orphan
            : DeletionPolicy.Delete;
    }

    private static IEnumerable<IKubernetesObject<V1ObjectMeta>> Children(Workload workload) =>
        new IKubernetesObject<V1ObjectMeta>?[] { workload.Deployment, workload.Service, workload.Budget }.OfType<
            IKubernetesObject<V1ObjectMeta>
        >();

    /// <summary>Other owners than an object keep their place.</summary>
    private static OwnerChange ChangeOf(IKubernetesObject<V1ObjectMeta> child, GemmaBaseImage image)
    {
        var others = (child.Metadata.OwnerReferences ?? []).Where(o => o.Uid != image.Metadata.Uid);
        IReadOnlyList<V1OwnerReference> owners = child.IsOwnedBy(image)
            ? [.. others]
            : [.. others, Ownership.By(image)];
        return new OwnerChange(
            child,
            new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["uid"] = child.Metadata.Uid,
                    ["ownerReferences"] = owners.Count == 0 ? null : JsonNode.Parse(KubernetesJson.Serialize(owners)),
                },
            }
        );
    }
}
