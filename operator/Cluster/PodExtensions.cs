using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>Gives a pod domain words.</summary>
internal static class PodExtensions
{
    extension(V1Pod pod)
    {
        /// <summary>
        /// Returns the status of the container of that name; null when the kubelet tells of none. By name alone: hooks
        /// put containers of their own before and behind ours.
        /// </summary>
        public V1ContainerStatus? StatusOf(string container) =>
            pod.AllStatuses.FirstOrDefault(c => c.Name == container);

        /// <summary>
        /// Gets whether an init container is at work, which isn't one that only has to start: the pod is pending as
        /// long, and nothing keeps it from starting.
        /// </summary>
        public bool IsInitializing =>
            pod.Status?.InitContainerStatuses?.Any(c =>
                c.State?.Running is not null
                && pod.Spec?.InitContainers?.FirstOrDefault(i => i.Name == c.Name)?.RestartPolicy != "Always"
            ) == true;

        /// <summary>Gets the statuses of all containers, init containers first.</summary>
        public IEnumerable<V1ContainerStatus> AllStatuses =>
            (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []);

        /// <summary>Gets why no node takes it; null while nothing says so.</summary>
        public V1PodCondition? PlacementRefusal =>
            pod.Status?.Conditions?.FirstOrDefault(c => c is { Type: "PodScheduled", Status: "False" });
    }
}
