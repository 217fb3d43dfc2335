using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>
/// Says how a Job failed, from what the Job, its pod and its events still show. The pod is read before the Job: the
/// kubelet's word is exact, while the Job's deadline says only that time ran out.
/// </summary>
internal abstract record JobFailure
{
    private JobFailure() { }

    /// <summary>
    /// Says that the pod used more disk than it may; <paramref name="Detail"/> is the kubelet's sentence.
    /// </summary>
    public sealed record OwnDisk(string Detail) : JobFailure;

    /// <summary>Says that the kubelet, the scheduler or the API took the pod away.</summary>
    public sealed record Evicted(string Detail) : JobFailure;

    public sealed record NodeLost(string Detail) : JobFailure;

    /// <summary>
    /// Says that the kubelet of the node that the scheduler chose didn't take the pod;
    /// <paramref name="Detail"/> is its word for it and its sentence.
    /// </summary>
    public sealed record NotAdmitted(string Detail) : JobFailure;

    /// <summary>
    /// Says that a container which isn't ours ended badly, before ours could do its work;
    /// <paramref name="Detail"/> says how.
    /// </summary>
    public sealed record Injected(string Container, string Detail) : JobFailure;

    /// <summary>
    /// Says that a container was killed for its memory; <paramref name="Limit"/> is null when it had none.
    /// </summary>
    public sealed record OutOfMemory(ResourceQuantity? Limit, string? LastMessage) : JobFailure;

    /// <summary>Says that the Job's deadline passed before the pod could start.</summary>
    public sealed record NeverStarted(PodStartProblem Problem) : JobFailure;

    /// <summary>Says that the Job's deadline (in seconds; null when it states none) passed while it worked.</summary>
    public sealed record TimedOut(long? Seconds) : JobFailure;

    /// <summary>Says that the container ended by itself.</summary>
    public sealed record ContainerEnded(V1ContainerStateTerminated State) : JobFailure;

    /// <summary>Says that nothing is left to look at but the Job's own message.</summary>
    public sealed record Unexplained(string Detail) : JobFailure;

    /// <summary>Reads how a Job failed.</summary>
    /// <param name="observed">A Job that has failed.</param>
    /// <param name="container">Name of the container that does its work.</param>
    /// <param name="beside">Names of the other containers that we gave its pod.</param>
    public static JobFailure Read(ObservedJob observed, string container, params IReadOnlyList<string> beside)
    {
        var pod = observed.NewestPod;
        return (pod is null ? null : OfPod(pod, container) ?? OfInjected(pod, container, beside))
            ?? OfDeadline(observed, container)
            ?? (
                pod?.StatusOf(container)?.State?.Terminated is { ExitCode: not 0 } ended
                    ? new ContainerEnded(ended)
                    : new Unexplained(
                        Sentence(observed.Job.Failure?.Message, "The Job failed and left no pod to look at")
                    )
            );
    }

    /// <summary>Says why a Job failed whose pod never ends.</summary>
    public static JobFailure Strand(V1Job job, string container) =>
        OfDeadline(new ObservedJob(job, [], []), container)
        ?? new NodeLost("The pod of the failed Job doesn't end: its node doesn't answer");

    /// <summary>Says what happened to the pod from outside; null when nothing did.</summary>
    private static JobFailure? OfPod(V1Pod pod, string container)
    {
        var status = pod.Status;
        var said = Sentence(status?.Message, status?.Reason ?? "the pod failed");
        switch (status?.Reason)
        {
            case "Evicted" when PodEviction.IsOwnDisk(said):
                return new OwnDisk(said);
            case "Evicted":
                return new Evicted(said);
            case "NodeLost" or "NodeShutdown" or "Shutdown" or "Terminated":
                return new NodeLost(said);
            // Whatever the kubelet's word is: a pod that failed before any of its containers began wasn't admitted.
            case { Length: > 0 } reason when IsOfAdmission(reason) || (status.Phase == "Failed" && !HasBegun(pod)):
                return new NotAdmitted(said == reason ? reason : $"{reason}: {said}");
        }

        if (pod.StatusOf(container)?.State?.Terminated is { Reason: "OOMKilled" } killed)
        {
            return new OutOfMemory(MemoryLimit(pod, container), killed.Message);
        }

        // Kubernetes' names of disruptions: https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
        var disruption = status?.Conditions?.FirstOrDefault(c => c is { Type: "DisruptionTarget", Status: "True" });
        var why = Sentence(disruption?.Message, disruption?.Reason ?? "");
        return disruption?.Reason switch
        {
            null => null,
            "DeletionByTaintManager" or "DeletionByPodGC" => new NodeLost(why),
            _ => new Evicted(why),
        };
    }

    /// <summary>Knows the kubelet's own words, of which device plugins and topology managers have more.</summary>
    private static bool IsOfAdmission(string reason) =>
        reason is "UnexpectedAdmissionError" or "TopologyAffinityError" or "NodeAffinity" or "NodeName" or "NodePorts"
        || reason.StartsWith("OutOf", StringComparison.Ordinal);

    private static bool HasBegun(V1Pod pod) =>
        pod.AllStatuses.Any(c => c.State?.Running is not null || c.State?.Terminated is not null || c.RestartCount > 0);

    /// <summary>
    /// Names the container of somebody else's that failed; null when ours ended by itself, or no other one did.
    /// </summary>
    private static Injected? OfInjected(V1Pod pod, string container, IReadOnlyList<string> beside) =>
        pod.StatusOf(container)?.State?.Terminated is not null
            ? null
            : pod
                .AllStatuses.Where(c =>
                    c.Name != container
                    && !beside.Contains(c.Name, StringComparer.Ordinal)
                    && c.State?.Terminated is { ExitCode: not 0 }
                )
                .Select(c => new Injected(c.Name, LastTermination.Of(c)!))
                .FirstOrDefault();

    /// <summary>
    /// Reads how the deadline ran out, during the work or before it could begin; null when it didn't.
    /// </summary>
    private static JobFailure? OfDeadline(ObservedJob observed, string container)
    {
        var job = observed.Job;
        if (job.Failure is not { Reason: "DeadlineExceeded" })
        {
            return null;
        }

        var own = observed
            .Events.Where(e =>
                e.Object == job.Metadata.Name || e.Object.StartsWith(job.Metadata.Name + "-", StringComparison.Ordinal)
            )
            .ToList();
        var hasStarted =
            own.Any(e => e.Reason == "Started")
            || observed.Pods.Any(pod => pod.StatusOf(container)?.State is { Running: not null });
        return !hasStarted && PodStartProblem.Read(observed with { Events = own }) is { } problem
            ? new NeverStarted(problem)
            : new TimedOut(job.Spec?.ActiveDeadlineSeconds);
    }

    private static ResourceQuantity? MemoryLimit(V1Pod pod, string container) =>
        (pod.Spec?.InitContainers ?? [])
            .Concat(pod.Spec?.Containers ?? [])
            .FirstOrDefault(c => c.Name == container)
            ?.Resources?.Limits
            is { } limits
        && limits.TryGetValue("memory", out var memory)
            ? memory
            : null;

    private static string Sentence(string? text, string otherwise) =>
        string.IsNullOrWhiteSpace(text) ? otherwise : text.Trim().TrimEnd('.');
}
