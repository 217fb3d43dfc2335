using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Gateways;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Adoption;

/// <summary>
/// Decides whose what serves is, at any time and not first when the object is deleted: then it would be too late, for
/// the garbage collector waits for nobody, and for an operator that is gone nobody would wait.
/// </summary>
internal static class OwnerPolicy
{
    /// <summary>
    /// Returns which objects get other owners: they are taken over, or let go. The Deployment is the last of them:
    /// it tells that something was left.
    /// </summary>
    public static IReadOnlyList<OwnerChange> Decide(ImageSnapshot s)
    {
        if (s.Image.Metadata.DeletionTimestamp is not null || s.Spec.DeletionPolicy.Value is null)
        {
            return [];
        }

        var isLeaving = s.Spec.LeavesWorkload;
        // What was left to itself isn't taken over by who has no use for it.
        return isLeaving || s.Spec.Rollout.Mode == RolloutMode.Managed
            ?
            [
                .. OwnedClaims(s).Where(_ => isLeaving).Select(c => ChangeOf(c, s.Image)),
                .. LeftClaims(s).Select(c => TakeOver(c, s)),
                .. Children(s).Where(c => c.IsOwnedBy(s.Image) == isLeaving).Select(c => ChangeOf(c, s.Image)),
            ]
            : [];
    }

    /// <summary>
    /// Returns what deleting the object does to what serves now, as its owners say; null while nothing serves.
    /// </summary>
    /// <param name="s">What was observed.</param>
    /// <param name="carriedOut">Which owners were changed since.</param>
    /// <param name="isMade">Whether the Deployment was written since, as the spec says.</param>
    public static DeletionPolicy? InForce(ImageSnapshot s, IReadOnlyList<OwnerChange> carriedOut, bool isMade = false)
    {
        var children = Children(s).ToList();
        if (children.Count == 0)
        {
            // What was let go may only be out of sight: its labels are what it is found by.
            return isMade
                ? s.Spec.LeavesWorkload
                    ? DeletionPolicy.Orphan
                    : DeletionPolicy.Delete
                : s.Status.DeletionPolicy?.Value == DeletionPolicy.Orphan
                    ? DeletionPolicy.Orphan
                    : null;
        }

        var goes = children
            .Concat(OwnedClaims(s))
            .Any(c => carriedOut.FirstOrDefault(d => d.Child == c)?.Owns ?? c.IsOwnedBy(s.Image));
        return
            goes
            || IsUnseen(s, s.Routing.Route, HttpRoute.KubeKind)
            || IsUnseen(s, s.Routing.Pool, InferencePool.KubeKind)
            ? DeletionPolicy.Delete
            : DeletionPolicy.Orphan;
    }

    private static IEnumerable<IKubernetesObject<V1ObjectMeta>> Children(ImageSnapshot s) =>
        new IKubernetesObject<V1ObjectMeta>?[]
        {
            OwnWorkload.IsOf(s.Image, s.Routing.Route) ? s.Routing.Route.Live : null,
            OwnWorkload.IsOf(s.Image, s.Routing.Pool) ? s.Routing.Pool.Live : null,
            s.Workload.Budget,
            s.Workload.Service,
            s.Workload.Deployment,
        }.OfType<IKubernetesObject<V1ObjectMeta>>();

    /// <summary>Tells whether nobody can say whose it is.</summary>
    private static bool IsUnseen<T>(ImageSnapshot s, SeenRouting<T> seen, string kind)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        seen is { Live: null, Refused: not null }
        && s.Status.Routing?.Made.Contains(kind, StringComparer.Ordinal) == true;

    /// <summary>Returns the claims of weights that go with the object: what serves mounts one of them.</summary>
    private static IEnumerable<V1PersistentVolumeClaim> OwnedClaims(ImageSnapshot s) =>
        s.Weights.Claims.Where(c => c.IsOwnedBy(s.Image) && c.Metadata.DeletionTimestamp is null);

    /// <summary>Returns the claim that the Deployment mounts which another object left, as it left the claim.</summary>
    private static IEnumerable<V1PersistentVolumeClaim> LeftClaims(ImageSnapshot s) =>
        OwnWorkload.IsTakenOver(s) && ModelVolume.ClaimOf(s.Workload.Deployment) is { } mounted
            ? s.Weights.Claims.Where(c =>
                c.Metadata.Name == mounted && c.IsLeft && c.MadeFor is { } maker && maker != s.Image.Metadata.Uid
            )
            : [];

    private static OwnerChange TakeOver(V1PersistentVolumeClaim claim, ImageSnapshot s)
    {
        var stays = s.Spec.LeavesWorkload || s.Model is DeclaredModel.OnHub { Storage.Retain: true };
        var patch = ModelClaim.RetentionPatch(claim, s.Image, stays);
        patch["metadata"]!["annotations"] = new JsonObject { [ModelClaim.MakerAnnotation] = s.Image.Metadata.Uid };
        return new OwnerChange(claim, patch, !stays);
    }

    /// <summary>Other owners than an object keep their place.</summary>
    private static OwnerChange ChangeOf(IKubernetesObject<V1ObjectMeta> child, GemmaBaseImage image)
    {
        var isOwned = child.IsOwnedBy(image);
        var others = (child.Metadata.OwnerReferences ?? []).Where(o => o.Uid != image.Metadata.Uid);
        IReadOnlyList<V1OwnerReference> owners = isOwned ? [.. others] : [.. others, Ownership.By(image)];
        return new OwnerChange(
            child,
            new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["uid"] = child.Metadata.Uid,
                    ["ownerReferences"] = owners.Count == 0 ? null : JsonNode.Parse(KubernetesJson.Serialize(owners)),
                },
            },
            !isOwned
        );
    }
}
