namespace GemmaOperator.Cluster;

/// <summary>
/// Decides when a Job's pod says too little about itself and its events are worth asking for: they are many and
/// short-lived, so they aren't watched.
/// </summary>
internal static class PodEventsPolicy
{
    /// <summary>A pod that starts within this has nothing to explain.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Decides whether the Job's events matter now.</summary>
    public static bool MustAsk(ObservedJob observed, DateTime now) =>
        observed.Job.HasFailed ? HasEndedSilently(observed) : !observed.Job.IsFinished && IsSilent(observed, now);

    /// <summary>Returns when to ask (again), though nothing changes (UTC); null once the pod runs.</summary>
    public static DateTime? NextLook(ObservedJob observed, DateTime now) =>
        HasStarted(observed) ? null : now + Patience;

    private static bool IsSilent(ObservedJob observed, DateTime now) =>
        !HasStarted(observed)
        && (IsWaitingForImage(observed) || now - (observed.Job.Metadata.CreationTimestamp ?? now) >= Patience);

    private static bool HasEndedSilently(ObservedJob observed) =>
        observed.Job.Failure is { Type: "Failed", Reason: "DeadlineExceeded" }
        && observed.Pods.All(p => p.Status?.Phase is not "Failed");

    private static bool HasStarted(ObservedJob observed) =>
        observed.Pods.Any(p => p.Status?.Phase is not (null or "Pending"));

    private static bool IsWaitingForImage(ObservedJob observed) =>
        observed.Pods.Any(p =>
            p.Status?.ContainerStatuses?.Any(c =>
                c.State?.Waiting?.Reason is not (null or "ContainerCreating" or "PodInitializing")
            ) == true
        );
}
