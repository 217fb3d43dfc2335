using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Selects the served pods that have a node and don't start, and whose own state doesn't explain why: a volume that
/// can't be mounted, a sandbox that can't be made, a pull that is backed off. Their events say more; they are asked
/// for, not watched.
/// </summary>
internal static class ServedPodEventsPolicy
{
    /// <summary>
    /// A pod that starts within this has nothing to explain; whoever knows why one doesn't has said so by then.
    /// </summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(5);

    /// <summary>Returns the pods whose events are worth asking for.</summary>
    public static IEnumerable<V1Pod> Decide(Workload workload, DateTime now) =>
        Waiting(workload).Where(p => FirstLookAt(p, now) <= now);

    /// <summary>Returns the claims whose events are worth asking for.</summary>
    public static IEnumerable<string> ClaimsAwaited(Workload workload, DateTime now) =>
        workload
            .Pods.Where(p => IsPending(p) && FirstLookAt(p, now) <= now)
            .SelectMany(AwaitedVolume.ClaimsOf)
            .Distinct(StringComparer.Ordinal);

    /// <summary>
    /// Returns when to look again though nothing changes (UTC); null while no pod is silent or waits for a node.
    /// </summary>
    public static DateTime? NextLook(Workload workload, DateTime now) =>
        Waiting(workload)
            .Concat(workload.Pods.Where(p => IsPending(p) && AwaitedVolume.ClaimsOf(p).Any()))
            .Select(p => FirstLookAt(p, now) is var first && first > now ? first : AskAgain(p, now))
            .Concat(
                workload.Pods.Where(p => IsPending(p) && p.PlacementRefusal is not null).Select(p => AskAgain(p, now))
            )
            .Select(at => (DateTime?)at)
            .Min();

    private static DateTime AskAgain(V1Pod pod, DateTime now) =>
        PodEventsPolicy.AskAgain(pod.Metadata.CreationTimestamp, now);

    private static DateTime FirstLookAt(V1Pod pod, DateTime now) => (pod.Metadata.CreationTimestamp ?? now) + FirstLook;

    private static bool IsPending(V1Pod pod) =>
        pod.Metadata.DeletionTimestamp is null && (pod.Status?.Phase is null or "Pending");

    private static IEnumerable<V1Pod> Waiting(Workload workload) =>
        workload.Pods.Where(p =>
            IsPending(p)
            && !string.IsNullOrEmpty(p.Spec?.NodeName)
            && p.Server?.State?.Waiting?.Reason
                is null
                    or "ContainerCreating"
                    or "PodInitializing"
                    or "ErrImagePull"
                    or "ImagePullBackOff"
        );
}
