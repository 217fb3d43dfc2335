using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Sorts the pods of one template by what their own state says about them. Leaves out those that are being deleted and
/// those that have ended: an evicted pod stays as an object long after another has taken its place.
/// </summary>
internal sealed record RevisionPods
{
    private readonly IReadOnlyList<V1Pod> _all;

    public RevisionPods(Workload workload, ServingTemplate template) =>
        _all = [.. workload.Pods.Where(p => p.IsStaying && p.IsOf(template.Reference, template.Settings))];

    /// <summary>Gets the pods that answer.</summary>
    public IEnumerable<V1Pod> Ready => _all.Where(p => p.Server?.Ready == true);

    /// <summary>Gets the pods that have a node and don't answer: their own fault, until shown otherwise.</summary>
    public IEnumerable<V1Pod> Unready => _all.Where(p => HasNode(p) && p.Server?.Ready != true && !IsFetching(p));

    /// <summary>Gets the pods that have a node and no weights yet: no server has started in them.</summary>
    public IEnumerable<V1Pod> Fetching => _all.Where(p => HasNode(p) && IsFetching(p));

    /// <summary>Gets the pods that no node takes: another image wouldn't change that.</summary>
    public IEnumerable<V1Pod> Unplaced => _all.Where(p => !HasNode(p));

    public bool Has(string uid) => _all.Any(p => p.Metadata.Uid == uid);

    private static bool IsFetching(V1Pod pod) =>
        pod.Fetcher is { } fetcher && fetcher.State?.Terminated is not { ExitCode: 0 };

    private static bool HasNode(V1Pod pod) => !string.IsNullOrEmpty(pod.Spec?.NodeName);
}

internal static class ServingPodExtensions
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

        /// <summary>Tells whether the pod was made from this image and these settings.</summary>
        public bool IsOf(string? reference, string? settings) =>
            pod.Settings == settings
            && pod.Spec?.Containers?.FirstOrDefault(c => c.Name == ServingDeployment.ContainerName)?.Image == reference;

        /// <summary>Gets when a node took it (UTC); null while none has.</summary>
        public DateTime? PlacedAt =>
            pod
                .Status?.Conditions?.FirstOrDefault(c => c is { Type: "PodScheduled", Status: "True" })
                ?.LastTransitionTime;

        /// <summary>Gets why no node takes the pod; null when one does, or when nothing is known yet.</summary>
        public string? PlacementProblem => pod.PlacementRefusal?.Message;
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
    }
}
