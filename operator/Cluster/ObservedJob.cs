using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>
/// Holds what is seen of one Job: itself, its pods, and the events about them that were worth asking for.
/// </summary>
/// <param name="Job">The Job.</param>
/// <param name="Pods">Its pods, newest first; a Job that ran into its deadline has none left.</param>
/// <param name="Events">Events of the Job and its pods, oldest first; they outlive the pods.</param>
internal sealed record ObservedJob(V1Job Job, IReadOnlyList<V1Pod> Pods, IReadOnlyList<ObjectEvent> Events)
{
    /// <summary>Says how long a finished Job's pod may take to show its end.</summary>
    public static readonly TimeSpan PodPatience = TimeSpan.FromSeconds(15);

    /// <summary>Says how long the pod of a Job that fails may take to end; then its node is taken to be lost.</summary>
    public static readonly TimeSpan NodePatience = TimeSpan.FromMinutes(10);

    public string Name => Job.Metadata.Name;

    public V1Pod? NewestPod => Pods.Count > 0 ? Pods[0] : null;

    /// <summary>Gets whether one of its pods is still there and has ended.</summary>
    public bool HasEndedPod => Pods.Any(p => p.Status?.Phase is "Succeeded" or "Failed");

    /// <summary>
    /// Decides whether the end of a finished Job's pod is still to be seen: the two come over two watches. A pod that
    /// isn't there is waited for a while, as it may be gone with its node; one of a Job that has succeeded as long as
    /// it is there.
    /// </summary>
    public bool AwaitsPod(DateTime now) => Job.IsFinished && !HasEndedPod && now < PodAwaitedUntil(now);

    /// <summary>
    /// Returns until when it is waited for (UTC). A Job has succeeded by a pod that has ended: one that is there and
    /// goes on is seen too late, and its report will come, whatever the clock says by which the Job ended.
    /// </summary>
    public DateTime PodAwaitedUntil(DateTime now) =>
        Job.HasSucceeded && Pods.Count > 0 ? now + PodPatience : Job.FinishedAt(now) + PodPatience;

    /// <summary>Returns how the container of that name has ended in the newest pod; null while it hasn't.</summary>
    public V1ContainerStateTerminated? EndOf(string container) => NewestPod?.StatusOf(container)?.State?.Terminated;

    /// <summary>
    /// Returns the name of a container that isn't ours and goes on though the one that does the Job's work has ended:
    /// the Job then never ends by itself. Null when there is none. Sidecars among the init containers are left out: the
    /// kubelet ends them.
    /// </summary>
    /// <param name="container">The container that does the work.</param>
    /// <param name="ours">All that we gave the pod.</param>
    public string? HeldOpenBy(string container, IReadOnlyList<string> ours) =>
        Job.IsFinished || Job.Metadata.DeletionTimestamp is not null || EndOf(container) is null
            ? null
            : NewestPod!
                .Status.ContainerStatuses.FirstOrDefault(c =>
                    c.State is { Terminated: null } && !ours.Contains(c.Name, StringComparer.Ordinal)
                )
                ?.Name;

    /// <summary>Gets the states in which a container of that name ended, newest pod first.</summary>
    public IEnumerable<V1ContainerStateTerminated> Ended(string container) =>
        Pods.Select(pod => pod.StatusOf(container)?.State?.Terminated).OfType<V1ContainerStateTerminated>();
}
