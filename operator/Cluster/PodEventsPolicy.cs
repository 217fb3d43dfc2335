using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>
/// When a Job's pod says too little about itself and its events are worth asking for: they are many and
/// short-lived, so they aren't watched.
/// </summary>
internal static class PodEventsPolicy
{
    /// <summary>A pod that starts within this has nothing to explain.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The Job whose events matter now; null when none do.</summary>
    public static V1Job? Of(BuildSnapshot s) =>
        s.Build.IsFinished || s.Jobs.MaxBy(Created) is not { } job ? null
        : job.HasFailed ? (EndedSilently(s, job) ? job : null)
        : !job.IsFinished && IsSilent(s, job) ? job
        : null;

    /// <summary>When to ask (again), though nothing changes; null once the pod runs.</summary>
    public static DateTime? NextLook(BuildSnapshot s, V1Job job) => HasStarted(s, job) ? null : s.Now + Patience;

    private static bool IsSilent(BuildSnapshot s, V1Job job) =>
        !HasStarted(s, job) && (IsWaitingForImage(s, job) || s.Now - Created(job) >= Patience);

    private static bool EndedSilently(BuildSnapshot s, V1Job job) =>
        job.Status?.Conditions?.Any(c => c is { Type: "Failed", Reason: "DeadlineExceeded" }) == true
        && s.PodsOf(job).All(p => p.Status?.Phase is not "Failed");

    private static bool HasStarted(BuildSnapshot s, V1Job job) =>
        s.PodsOf(job).Any(p => p.Status?.Phase is not (null or "Pending"));

    private static bool IsWaitingForImage(BuildSnapshot s, V1Job job) =>
        s.PodsOf(job)
            .Any(p =>
                FailureClassifier.Executor(p)?.State?.Waiting?.Reason
                    is not (null or "ContainerCreating" or "PodInitializing")
            );

    private static DateTime Created(V1Job job) => job.Metadata.CreationTimestamp ?? DateTime.MinValue;
}
