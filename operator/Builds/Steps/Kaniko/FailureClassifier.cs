using GemmaOperator.Builds.Failures;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>
/// Says why an attempt failed, from what its Job, pod and events still show. Pod before Job before log: the kubelet's
/// word is exact, the Job's deadline says only that time ran out, and the log is text.
/// </summary>
internal static class FailureClassifier
{
    /// <summary>
    /// Whether the Job has ended without success; <c>FailureTarget</c> comes first, while its pods still end.
    /// </summary>
    public static bool HasFailed(V1Job job) => Condition(job, "Failed") is not null;

    /// <summary>Understands a failed attempt.</summary>
    /// <param name="job">The Job; null when it was deleted while it ran.</param>
    /// <param name="pods">Its pods; a Job that ran into its deadline has none left.</param>
    /// <param name="events">Events of its pods; they outlive them.</param>
    /// <param name="dockerfile">The Dockerfile's text, to name a line; may be empty.</param>
    /// <param name="log">The executor's log, as much of its end as could be had; null without one.</param>
    public static ClassifiedFailure Classify(
        V1Job? job,
        IReadOnlyList<V1Pod> pods,
        IReadOnlyList<ObjectEvent> events,
        string dockerfile,
        string? log = null
    )
    {
        if (job is null)
        {
            return ClassifiedFailure.Of(FailureReason.JobLost, "The Job is gone");
        }

        var pod = Newest(pods);
        return (pod is null ? null : OfPod(pod))
            ?? OfDeadline(job, pods, events)
            ?? (pod is null ? null : OfExecutor(pod, dockerfile, log))
            ?? ClassifiedFailure.Of(FailureReason.ExecutorFailed, JobMessage(job));
    }

    /// <summary>A Job that has failed and whose pod never ends.</summary>
    public static ClassifiedFailure Stranded(V1Job job) =>
        OfDeadline(job, [], [])
        ?? ClassifiedFailure.Of(
            FailureReason.NodeLost,
            "The pod of the failed Job doesn't end: its node doesn't answer",
            KanikoJob.Container
        );

    private static V1Pod? Newest(IReadOnlyList<V1Pod> pods) =>
        pods.MaxBy(pod => pod.Metadata?.CreationTimestamp ?? DateTime.MinValue);

    /// <summary>What happened to the pod from outside.</summary>
    private static ClassifiedFailure? OfPod(V1Pod pod)
    {
        var status = pod.Status;
        var said = Sentence(status?.Message, status?.Reason ?? "the pod failed");
        switch (status?.Reason)
        {
            case "Evicted" when PodEviction.IsOwnDisk(said):
                return ClassifiedFailure.Of(FailureReason.EphemeralStorageExceeded, said, KanikoJob.Container);
            case "Evicted":
                return ClassifiedFailure.Of(FailureReason.Evicted, said, KanikoJob.Container);
            case "NodeLost" or "NodeShutdown" or "Shutdown" or "Terminated":
                return ClassifiedFailure.Of(FailureReason.NodeLost, said, KanikoJob.Container);
            case "UnexpectedAdmissionError" or "NodeAffinity" or "NodeName" or "NodePorts":
                return ClassifiedFailure.Of(FailureReason.Unschedulable, said, KanikoJob.Container);
            case { } reason when reason.StartsWith("OutOf", StringComparison.Ordinal):
                return ClassifiedFailure.Of(FailureReason.Unschedulable, said, KanikoJob.Container);
        }

        if (Executor(pod)?.State?.Terminated is { Reason: "OOMKilled" } killed)
        {
            return ClassifiedFailure.Of(
                FailureReason.OutOfMemory,
                Limit(pod),
                KanikoJob.Container,
                MaskedLog.Of(killed.Message)
            );
        }

        // Kubernetes' names of disruptions: https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
        var disruption = status?.Conditions?.FirstOrDefault(c => c is { Type: "DisruptionTarget", Status: "True" });
        var why = Sentence(disruption?.Message, disruption?.Reason ?? "");
        return disruption?.Reason switch
        {
            null => null,
            "DeletionByTaintManager" or "DeletionByPodGC" => ClassifiedFailure.Of(
                FailureReason.NodeLost,
                why,
                KanikoJob.Container
            ),
            _ => ClassifiedFailure.Of(FailureReason.Evicted, why, KanikoJob.Container),
        };
    }

    /// <summary>The deadline ran out: in the build, or before it could begin.</summary>
    private static ClassifiedFailure? OfDeadline(
        V1Job job,
        IReadOnlyList<V1Pod> pods,
        IReadOnlyList<ObjectEvent> events
    )
    {
        if ((Condition(job, "Failed") ?? Condition(job, "FailureTarget")) is not { Reason: "DeadlineExceeded" })
        {
            return null;
        }

        var own = events
            .Where(e =>
                e.Object == job.Metadata.Name || e.Object.StartsWith(job.Metadata.Name + "-", StringComparison.Ordinal)
            )
            .ToList();
        var started =
            own.Any(e => e.Reason == "Started") || pods.Any(pod => Executor(pod)?.State is { Running: not null });
        if (!started && PodStartProblem.Of(pods, own, job) is { } trouble)
        {
            return trouble.Failure();
        }

        var seconds = job.Spec?.ActiveDeadlineSeconds;
        return ClassifiedFailure.Of(
            FailureReason.TimedOut,
            seconds is null ? "The deadline has passed" : $"The build didn't end within {seconds} s",
            KanikoJob.Container
        );
    }

    /// <summary>The executor ended by itself.</summary>
    private static ClassifiedFailure? OfExecutor(V1Pod pod, string dockerfile, string? log)
    {
        if (Executor(pod)?.State?.Terminated is not { ExitCode: not 0 } ended)
        {
            return null;
        }

        // A digest says little: it is written before the image is pushed, and for each layer that goes to the cache as
        // well (pkg/executor/push.go), so the step behind a cached one leaves it, too.
        var isDigest = DigestReport.IsDigest(ended.Message);
        var tail = MaskedLog.Of(log ?? (isDigest ? null : ended.Message));
        return LogDiagnosis.Of(tail, dockerfile, log)
            ?? ClassifiedFailure.Of(
                FailureReason.ExecutorFailed,
                $"The executor ended with exit code {ended.ExitCode}{(tail.Length == 0 ? ", and its log can't be read" : "")}",
                KanikoJob.Container,
                tail
            );
    }

    public static V1ContainerStatus? Executor(V1Pod pod) =>
        pod.Status?.ContainerStatuses?.FirstOrDefault(c => c.Name == KanikoJob.Container)
        ?? pod.Status?.ContainerStatuses?.FirstOrDefault();

    private static V1JobCondition? Condition(V1Job job, string type) =>
        job.Status?.Conditions?.FirstOrDefault(c => c.Type == type && c.Status == "True");

    private static string JobMessage(V1Job job) =>
        Sentence(
            (Condition(job, "Failed") ?? Condition(job, "FailureTarget"))?.Message,
            "The Job failed and left no pod to look at"
        );

    private static string Limit(V1Pod pod)
    {
        var limits = pod.Spec?.Containers?.FirstOrDefault(c => c.Name == KanikoJob.Container)?.Resources?.Limits;
        return limits is not null && limits.TryGetValue("memory", out var memory)
            ? $"The build used more than its memory limit of {memory}"
            : "The build was killed for its memory; it has no limit, so its node was short";
    }

    private static string Sentence(string? text, string otherwise) =>
        string.IsNullOrWhiteSpace(text) ? otherwise : text.Trim().TrimEnd('.');
}
