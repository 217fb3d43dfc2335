using System.Text.RegularExpressions;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>
/// Says what keeps a Job's pod from starting, visible long before the Job's deadline: at once for a condition, and as a
/// failure once it has lasted.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Message">What the scheduler, the kubelet or the API server says.</param>
/// <param name="Since">Since when the pod has been waiting; null when no pod is left.</param>
/// <param name="IsTransient">Whether trying again can help.</param>
/// <param name="Container">The container that it is about; null when it is about the pod, or unknown.</param>
internal sealed partial record PodStartProblem(
    PodProblem Kind,
    string Message,
    DateTimeOffset? Since,
    bool IsTransient,
    string? Container = null
)
{
    /// <summary>Time that a cluster autoscaler is given to bring a node.</summary>
    public static readonly TimeSpan SchedulingBound = TimeSpan.FromMinutes(30);

    /// <summary>Time that the kubelet is given to retry a pull or a mount, or a user to create a Secret.</summary>
    public static readonly TimeSpan StartBound = TimeSpan.FromMinutes(10);

    private static readonly string[] PullReasons =
    [
        "ErrImagePull",
        "ImagePullBackOff",
        "InvalidImageName",
        "ErrImageNeverPull",
        "RegistryUnavailable",
        "ImageInspectError",
        "ErrRegistryUnavailable",
    ];

    private TimeSpan Bound => Kind == PodProblem.Unschedulable ? SchedulingBound : StartBound;

    /// <summary>Gets when it has lasted too long; null when no pod is left to wait for.</summary>
    public DateTimeOffset? Deadline => Since + Bound;

    /// <summary>Decides whether it has lasted too long.</summary>
    public bool HasLasted(DateTimeOffset now) => Deadline <= now;

    /// <summary>Reads what is wrong with the newest pod; null when it runs or just hasn't got that far.</summary>
    public static PodStartProblem? Read(ObservedJob observed)
    {
        var events = observed.Events;
        if (observed.NewestPod is not { } pod)
        {
            return OfJob(observed.Job, events) ?? OfEvents(null, events, null);
        }

        if (pod.Status?.Phase is "Succeeded" || (pod.Status?.Phase is "Running" && !IsHeldUp(pod)))
        {
            return null;
        }

        var since = Utc(pod.Metadata?.CreationTimestamp);
        if (pod.PlacementRefusal is { } refusal)
        {
            return new PodStartProblem(
                PodProblem.Unschedulable,
                refusal.Message,
                Utc(refusal.LastTransitionTime) ?? since,
                true
            );
        }

        if (pod.IsInitializing)
        {
            return null;
        }

        // It is a sidecar among the init containers: no other one is started again (restartPolicy Never).
        if (pod.Status?.InitContainerStatuses?.FirstOrDefault(c => c.RestartCount > 0 && c.Ready != true) is { } loops)
        {
            return new PodStartProblem(
                PodProblem.Injected,
                LastTermination.Of(loops) ?? loops.State?.Waiting?.Message ?? "it doesn't become ready",
                since,
                true,
                loops.Name
            );
        }

        // Any container's: a scan has two, an init container holds up all others.
        var waiting = pod.AllStatuses.FirstOrDefault(c =>
            c.State?.Waiting?.Reason is not (null or "ContainerCreating" or "PodInitializing")
        );
        var why = waiting?.State.Waiting;
        if (why?.Reason is { } reason && PullReasons.Contains(reason, StringComparer.Ordinal))
        {
            return PullEvent(events, pod.Metadata?.Name) is { } told
                ? Pull(told.Message, since, told.Container ?? waiting!.Name)
                : Pull(why.Message ?? reason, since, waiting!.Name);
        }

        if (why?.Reason is "CreateContainerConfigError" or "CreateContainerError" or "RunContainerError")
        {
            var message = why.Message ?? why.Reason;
            return new PodStartProblem(
                RootUser().IsMatch(message) ? PodProblem.RootUser : PodProblem.Container,
                message,
                since,
                false,
                waiting!.Name
            );
        }

        return OfEvents(pod.Metadata?.Name, events, since);
    }

    /// <summary>One container runs while another one's image doesn't come.</summary>
    private static bool IsHeldUp(V1Pod pod) =>
        pod.Status?.ContainerStatuses?.Any(c =>
            c.State?.Waiting?.Reason is { } reason && PullReasons.Contains(reason, StringComparer.Ordinal)
        ) == true;

    /// <summary>A quota, Pod Security or a webhook keeps the Job from having a pod at all.</summary>
    private static PodStartProblem? OfJob(V1Job job, IReadOnlyList<ObjectEvent> events) =>
        events.LastOrDefault(e => e.Object == job.Metadata.Name && e.Reason == "FailedCreate") is { } refused
            ? new PodStartProblem(PodProblem.Refused, refused.Message, Utc(job.Metadata.CreationTimestamp), true)
            : null;

    private static PodStartProblem? OfEvents(string? pod, IReadOnlyList<ObjectEvent> events, DateTimeOffset? since)
    {
        if (PullEvent(events, pod) is { } pull)
        {
            return Pull(pull.Message, since, pull.Container);
        }

        var mount = events.LastOrDefault(e => IsAbout(e, pod) && e.IsMountFailure);
        if (mount is not null)
        {
            return new PodStartProblem(PodProblem.Mount, mount.Message, since, false);
        }

        var schedule = pod is null ? events.LastOrDefault(e => e.Reason == "FailedScheduling") : null;
        return schedule is null ? null : new PodStartProblem(PodProblem.Unschedulable, schedule.Message, since, true);
    }

    private static PodStartProblem Pull(string message, DateTimeOffset? since, string? container) =>
        new(PodProblem.ImagePull, message, since, !PermanentPull().IsMatch(message), container);

    private static ObjectEvent? PullEvent(IReadOnlyList<ObjectEvent> events, string? pod) =>
        events.LastOrDefault(e => IsAbout(e, pod) && e.IsPullFailure);

    private static bool IsAbout(ObjectEvent e, string? pod) => pod is null || e.Object == pod;

    private static DateTimeOffset? Utc(DateTime? time) =>
        time is { } value ? new DateTimeOffset(DateTime.SpecifyKind(value, DateTimeKind.Utc)) : null;

    /// <summary>
    /// The kubelet's and containerd's words for a pull that fails again; whole numbers, for a digest holds any digits.
    /// </summary>
    [GeneratedRegex(
        @"not found|NotFound|InvalidImageName|couldn't parse image|unauthorized|\bdenied\b|\b40[13]\b|manifest unknown",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex PermanentPull();

    /// <summary>
    /// The kubelet's words for a root user under runAsNonRoot (pkg/kubelet/kuberuntime/security_context.go).
    /// </summary>
    [GeneratedRegex("runAsNonRoot|non-numeric user", RegexOptions.NonBacktracking)]
    private static partial Regex RootUser();
}
