namespace GemmaOperator.Cluster;

/// <summary>
/// Decides when a Job's pod says too little about itself and its events are worth asking for: they are many and
/// short-lived, so they aren't watched.
/// </summary>
internal static class PodEventsPolicy
{
    /// <summary>
    /// Bounds how long a Job's pod may be in coming, or in starting, without an explanation: most do so sooner, and
    /// what keeps them (a quota, Pod Security, a volume) is said at once.
    /// </summary>
    public static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(3);

    /// <summary>Says how often a pod that still doesn't start is asked about.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Says how often one is asked about that hasn't started for <see cref="Long"/>.</summary>
    private static readonly TimeSpan LongPatience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    /// <summary>Returns when to ask again about what was made then and still doesn't start (UTC).</summary>
    public static DateTime AskAgain(DateTime? made, DateTime now) =>
        now + (now - made >= Long ? LongPatience : Patience);

    /// <summary>Decides whether the Job's events matter now.</summary>
    public static bool MustAsk(ObservedJob observed, DateTime now) =>
        observed.Job.HasFailed ? HasEndedSilently(observed) : !observed.Job.IsFinished && IsSilent(observed, now);

    /// <summary>Returns when to ask (again), though nothing changes (UTC); null once the pod runs.</summary>
    public static DateTime? NextLook(ObservedJob observed, DateTime now) =>
        HasStarted(observed) ? null
        : observed.Job.Metadata.CreationTimestamp + FirstLook is { } first && first > now ? first
        : AskAgain(observed.Job.Metadata.CreationTimestamp, now);

    private static bool IsSilent(ObservedJob observed, DateTime now) =>
        !HasStarted(observed)
        && (IsWaitingForImage(observed) || now - (observed.Job.Metadata.CreationTimestamp ?? now) >= FirstLook);

    private static bool HasEndedSilently(ObservedJob observed) =>
        observed.Job.Failure is { Type: "Failed", Reason: "DeadlineExceeded" }
        && observed.Pods.All(p => p.Status?.Phase is not "Failed");

    private static bool HasStarted(ObservedJob observed) =>
        observed.Pods.Any(p => p.Status?.Phase is not (null or "Pending") || p.IsInitializing);

    private static bool IsWaitingForImage(ObservedJob observed) =>
        observed.Pods.Any(p =>
            p.AllStatuses.Any(c => c.State?.Waiting?.Reason is not (null or "ContainerCreating" or "PodInitializing"))
        );
}
