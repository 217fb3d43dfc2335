using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>
/// Tells whether the pods mount a claim that one node alone can attach: then a pod can't start before its predecessor
/// has ended, whatever the strategy.
/// </summary>
internal static class SingleNodeClaim
{
    /// <summary>
    /// Returns the claim; null when the pods mount none, or it can be shared, or nobody knows: it is asked for when
    /// pods are about to be replaced, and remembered.
    /// </summary>
    public static string? Find(ImageSnapshot s, ServingTemplate template) =>
        template.Claims.FirstOrDefault(claim => IsOfOneNode(s, claim));

    private static bool IsOfOneNode(ImageSnapshot s, string claim)
    {
        IEnumerable<string>? known =
            s.Weights.Claims.FirstOrDefault(c => c.Metadata.Name == claim) is { } own ? own.Spec?.AccessModes
            : s.Spec.Rollout.Server.Model.ExistingClaim == claim ? s.Preflight?.ClaimAccessModes
            : s.Preflight?.Claims.GetValueOrDefault(claim);
        var modes = known?.ToList();
        return modes is { Count: > 0 }
            ? modes.All(m => m is "ReadWriteOnce" or "ReadWriteOncePod")
            : s.Status.Rollout?.SingleNodeClaim == claim || IsHeldElsewhere(s.Workload, claim);
    }

    /// <summary>Returns why Surge acts as InPlace; null when it doesn't.</summary>
    public static string? WhyInPlace(ImageSnapshot s, ServingTemplate template) =>
        s.Spec.Rollout.Strategy == RolloutStrategy.Surge && Find(s, template) is { } claim
            ? $"spec.rollout.strategy: Surge acts as InPlace, since PersistentVolumeClaim {claim} (ReadWriteOnce) can "
                + "be attached to one node at a time; with ReadOnlyMany or ReadWriteMany a pod may start before its "
                + "predecessor ends"
            : null;

    /// <summary>
    /// A pod's node can't attach it while a pod of another node has it: seen where the claim can't be.
    /// </summary>
    private static bool IsHeldElsewhere(Workload workload, string claim)
    {
        var mounting = workload.Pods.Where(p => p.Status?.Phase is not ("Failed" or "Succeeded") && Mounts(p)).ToList();
        return mounting.Any(p =>
            workload.Events.Any(e => e.Object == p.Metadata.Name && e.Reason == "FailedAttachVolume")
            && mounting.Any(other => other.Spec.NodeName is { Length: > 0 } node && node != p.Spec.NodeName)
        );

        bool Mounts(V1Pod pod) => pod.Spec?.Volumes?.Any(v => v.PersistentVolumeClaim?.ClaimName == claim) == true;
    }
}
