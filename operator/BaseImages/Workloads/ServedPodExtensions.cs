using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>Gives the served pods domain words.</summary>
internal static class ServedPodExtensions
{
    extension(V1Pod pod)
    {
        /// <summary>Gets the state of the server container; null before the kubelet has one.</summary>
        public V1ContainerStatus? Server =>
            pod.Status?.ContainerStatuses?.FirstOrDefault(c => c.Name == ServingDeployment.ContainerName);

        /// <summary>
        /// Gets the state of the init container that fetches weights; null where there is none, or before the kubelet
        /// has one.
        /// </summary>
        public V1ContainerStatus? Fetcher =>
            pod.Status?.InitContainerStatuses?.FirstOrDefault(c => c.Name == FetchContainer.Name);

        /// <summary>Gets why the weights aren't in the pod; null when they are, or nothing has failed.</summary>
        public string? FetchProblem =>
            pod.Fetcher is { } fetcher
            && (fetcher.State?.Terminated ?? fetcher.LastState?.Terminated) is { ExitCode: not 0 } ended
            && fetcher.State?.Terminated is not { ExitCode: 0 }
                ? FetchReport.ReadEnd(ended.Message) is FetchReport.Failed told
                    ? $"{told.Reason}: {told.Message}"
                    : LastTermination.Of(fetcher)
                : null;

        /// <summary>Gets whether the pod is neither being deleted nor at its end.</summary>
        public bool IsStaying =>
            pod.Metadata.DeletionTimestamp is null && pod.Status?.Phase is not ("Failed" or "Succeeded");

        /// <summary>Gets when a node took it (UTC); null while none has.</summary>
        public DateTime? PlacedAt =>
            pod.ConditionOf("PodScheduled") is { Status: "True" } placed ? placed.LastTransitionTime : null;

        /// <summary>
        /// Gets whether somebody else than its kubelet says that it isn't ready: all its containers are, and nothing
        /// else is asked for. The node controller does so to pods of a node that has fallen silent.
        /// </summary>
        public bool IsMarkedUnready =>
            pod.ConditionOf("Ready") is { Status: "False" }
            && pod.ConditionOf("ContainersReady") is not { Status: "False" }
            && pod.Status?.ContainerStatuses is { Count: > 0 } containers
            && containers.All(c => c.Ready)
            && pod.Spec?.ReadinessGates is not { Count: > 0 };

        /// <summary>Gets whether the cluster has given it up because of its node.</summary>
        public bool IsGivenUpWithItsNode =>
            pod.ConditionOf("DisruptionTarget")
                is { Status: "True", Reason: "DeletionByTaintManager" or "DeletionByPodGC" };

        /// <summary>
        /// Tells whether admission has put containers into it that run beside the server, which may be a proxy; those
        /// of the spec have no right to stand before it.
        /// </summary>
        public bool HasMoreThan(V1PodSpec rendered) =>
            pod.Spec?.Containers?.Any(c => rendered.Containers.All(r => r.Name != c.Name)) == true
            || pod.Status?.InitContainerStatuses?.Any(c =>
                rendered.InitContainers?.Any(r => r.Name == c.Name) != true && c.State?.Running is not null
            ) == true;

        public V1PodCondition? ConditionOf(string type) => pod.Status?.Conditions?.FirstOrDefault(c => c.Type == type);
    }

    extension(Workload workload)
    {
        /// <summary>
        /// Gets why the API server takes no pod of the Deployment: a quota, a LimitRange, an admission
        /// webhook; null when it does.
        /// </summary>
        public string? Refusal =>
            workload
                .Deployment?.Status?.Conditions?.FirstOrDefault(c => c is { Type: "ReplicaFailure", Status: "True" })
                ?.Message;

        /// <summary>
        /// Returns the node of a pod, if it doesn't answer; null when it does, or isn't known not to.
        /// </summary>
        public LostNode? LostNodeOf(V1Pod pod) =>
            pod.Spec?.NodeName is { Length: > 0 } node ? workload.LostNodes.FirstOrDefault(n => n.Name == node) : null;

        /// <summary>
        /// Tells whether a pod was made from this image and these settings. What it runs counts most, then what its
        /// ReplicaSet asked for: admission may have given it another name for its image, or taken its annotations.
        /// </summary>
        public bool IsOf(V1Pod pod, string? identity, string? settings)
        {
            var made = workload.ReplicaSetOf(pod)?.Spec?.Template;
            return (pod.Settings ?? made?.Settings) == settings && workload.IdentityOf(pod, made) == identity;
        }

        /// <summary>Returns the ReplicaSet that made a pod; null when it wasn't asked for.</summary>
        public V1ReplicaSet? ReplicaSetOf(V1Pod pod) =>
            workload.ReplicaSets.Count == 0
                ? null
                : workload.ReplicaSets.FirstOrDefault(set =>
                    pod.Metadata.OwnerReferences?.Any(o => o.Uid == set.Metadata.Uid) == true
                );

        private string? IdentityOf(V1Pod pod, V1PodTemplateSpec? made)
        {
            var text = pod.Spec?.Containers?.FirstOrDefault(c => c.Name == ServingDeployment.ContainerName)?.Image;
            return RunningImage.DigestOf(pod)
                ?? (made?.Spec is { } asked ? workload.IdentityOf(ServingDeployment.ImageOf(asked)) : null)
                ?? workload.IdentityOf(text);
        }

        /// <summary>
        /// A name without a digest stands for what the operator asked for when admission took it away.
        /// </summary>
        private string? IdentityOf(string? image) =>
            image is not null && image == workload.Image ? workload.Identity : RunningImage.IdentityOf(image);
    }
}
