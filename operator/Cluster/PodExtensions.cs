using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>Gives a pod domain words.</summary>
internal static class PodExtensions
{
    extension(V1Pod pod)
    {
        /// <summary>Returns the status of the container of that name, or of the first one when none has it.</summary>
        public V1ContainerStatus? StatusOf(string container) =>
            pod.Status?.ContainerStatuses?.FirstOrDefault(c => c.Name == container)
            ?? pod.Status?.ContainerStatuses?.FirstOrDefault();

        /// <summary>Gets why no node takes it; null while nothing says so.</summary>
        public V1PodCondition? PlacementRefusal =>
            pod.Status?.Conditions?.FirstOrDefault(c => c is { Type: "PodScheduled", Status: "False" });
    }
}
