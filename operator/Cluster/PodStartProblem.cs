using System.Text.RegularExpressions;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps.Kaniko;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>
/// What keeps a build pod from starting, visible long before the Job's deadline: for the Reconciling condition at once,
/// and as a failure once it has lasted.
/// </summary>
/// <param name="Reason">What it will be called if it lasts.</param>
/// <param name="Message">What the scheduler or the kubelet says.</param>
/// <param name="Since">Since when the pod has been waiting; null when no pod is left.</param>
/// <param name="IsTransient">Whether trying again can help.</param>
internal sealed partial record PodStartProblem(
    FailureReason Reason,
    string Message,
    DateTimeOffset? Since,
    bool IsTransient
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

    /// <summary>
    /// The kubelet's and containerd's words for a pull that fails again; whole numbers, for a digest holds any digits.
    /// </summary>
    [GeneratedRegex(
        @"not found|NotFound|InvalidImageName|couldn't parse image|unauthorized|\bdenied\b|\b40[13]\b|manifest unknown",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex PermanentPull();

    private TimeSpan Bound => Reason == FailureReason.Unschedulable ? SchedulingBound : StartBound;

    /// <summary>What is wrong with the newest pod, or null when it runs or just hasn't got that far.</summary>
    public static PodStartProblem? Of(IReadOnlyList<V1Pod> pods, IReadOnlyList<ObjectEvent> events, V1Job? job = null)
    {
        var pod = pods.MaxBy(p => p.Metadata?.CreationTimestamp ?? DateTime.MinValue);
        if (pod is null)
        {
            return OfJob(job, events) ?? OfEvents(null, events, null);
        }

        if (pod.Status?.Phase is "Succeeded" || (pod.Status?.Phase is "Running" && !IsHeldUp(pod)))
        {
            return null;
        }

        var since = Utc(pod.Metadata?.CreationTimestamp);
        var scheduled = pod.Status?.Conditions?.FirstOrDefault(c => c.Type == "PodScheduled");
        if (scheduled is { Status: "False" })
        {
            return new PodStartProblem(
                FailureReason.Unschedulable,
                $"No node takes the build pod: {scheduled.Message}",
                Utc(scheduled.LastTransitionTime) ?? since,
                true
            );
        }

        // Any container's: a scan has two, an init container holds up all others.
        var waiting = (pod.Status?.InitContainerStatuses ?? [])
            .Concat(pod.Status?.ContainerStatuses ?? [])
            .Select(c => c.State?.Waiting)
            .FirstOrDefault(w => w?.Reason is not (null or "ContainerCreating" or "PodInitializing"));
        if (waiting?.Reason is { } reason && PullReasons.Contains(reason, StringComparer.Ordinal))
        {
            return Pull(PullMessage(events, pod.Metadata?.Name) ?? waiting.Message ?? reason, since);
        }

        if (waiting?.Reason is "CreateContainerConfigError" or "CreateContainerError" or "RunContainerError")
        {
            return new PodStartProblem(
                FailureReason.VolumeMountFailed,
                $"The build container can't be made: {waiting.Message ?? waiting.Reason}",
                since,
                false
            );
        }

        return OfEvents(pod.Metadata?.Name, events, since);
    }

    /// <summary>The failure that the trouble has become, or null while it may still pass.</summary>
    public ClassifiedFailure? FailureAt(DateTimeOffset now) =>
        Since is { } since && now - since >= Bound ? Failure() : null;

    /// <summary>One container runs while another one's image doesn't come.</summary>
    private static bool IsHeldUp(V1Pod pod) =>
        pod.Status?.ContainerStatuses?.Any(c =>
            c.State?.Waiting?.Reason is { } reason && PullReasons.Contains(reason, StringComparer.Ordinal)
        ) == true;

    /// <summary>When <see cref="FailureAt"/> will answer otherwise.</summary>
    public DateTimeOffset? Deadline => Since + Bound;

    public ClassifiedFailure Failure() =>
        ClassifiedFailure.Of(Reason, Message, KanikoJob.Container, isTransient: IsTransient);

    /// <summary>A quota, Pod Security or a webhook keeps the Job from having a pod at all.</summary>
    private static PodStartProblem? OfJob(V1Job? job, IReadOnlyList<ObjectEvent> events) =>
        job is not null
        && events.LastOrDefault(e => e.Object == job.Metadata.Name && e.Reason == "FailedCreate") is { } refused
            ? new PodStartProblem(FailureReason.PodRefused, refused.Message, Utc(job.Metadata.CreationTimestamp), true)
            : null;

    private static PodStartProblem? OfEvents(string? pod, IReadOnlyList<ObjectEvent> events, DateTimeOffset? since)
    {
        if (PullMessage(events, pod) is { } pull)
        {
            return Pull(pull, since);
        }

        var mount = events.LastOrDefault(e => About(e, pod) && e.Reason is ("FailedMount" or "FailedAttachVolume"));
        if (mount is not null)
        {
            return new PodStartProblem(FailureReason.VolumeMountFailed, mount.Message, since, false);
        }

        var schedule = pod is null ? events.LastOrDefault(e => e.Reason == "FailedScheduling") : null;
        return schedule is null
            ? null
            : new PodStartProblem(
                FailureReason.Unschedulable,
                $"No node takes the build pod: {schedule.Message}",
                since,
                true
            );
    }

    private static PodStartProblem Pull(string message, DateTimeOffset? since) =>
        new(FailureReason.ExecutorImagePull, message, since, !PermanentPull().IsMatch(message));

    /// <summary>The pod's own state turns to "Back-off" soon; the event keeps the cause.</summary>
    private static string? PullMessage(IReadOnlyList<ObjectEvent> events, string? pod) =>
        events
            .LastOrDefault(e =>
                About(e, pod)
                && e.Reason == "Failed"
                && e.Message.StartsWith("Failed to pull image", StringComparison.Ordinal)
            )
            ?.Message;

    private static bool About(ObjectEvent e, string? pod) => pod is null || e.Object == pod;

    private static DateTimeOffset? Utc(DateTime? time) =>
        time is { } value ? new DateTimeOffset(DateTime.SpecifyKind(value, DateTimeKind.Utc)) : null;
}
