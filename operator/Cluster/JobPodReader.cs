using GemmaOperator.Cluster.Authenticity;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>
/// Compares pods that have something to say with the Jobs that they say they are of: whoever may create pods can name
/// any owner and wear any label. The caches keep too little of a pod for it, so that each is asked for once.
/// </summary>
internal sealed class JobPodReader(IKubeApi api)
{
    /// <summary>Bounds what is kept of pods that were compared, in bytes.</summary>
    private const long MostBytes = 1024 * 1024;

    private readonly LruCache<string, string> _compared = new(MostBytes);

    /// <summary>
    /// Returns the pods that are believed, and those that aren't; one that is gone meanwhile is in neither. Pods that
    /// have nothing to say yet are let through.
    /// </summary>
    /// <param name="jobs">The Jobs whose word counts.</param>
    /// <param name="pods">Pods that are cached.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<(IReadOnlyList<V1Pod> Believed, IReadOnlyList<ForeignPod> Foreign)> ReadAsync(
        IEnumerable<V1Job> jobs,
        IReadOnlyList<V1Pod> pods,
        CancellationToken cancellationToken
    )
    {
        var byUid = jobs.ToDictionary(j => j.Metadata.Uid ?? "", StringComparer.Ordinal);
        var (believed, foreign) = (new List<V1Pod>(), new List<ForeignPod>());
        foreach (var pod in pods)
        {
            var owner = pod.Metadata.OwnerReferences?.FirstOrDefault(o => o.Controller == true)?.Uid ?? "";
            if (!byUid.TryGetValue(owner, out var job) || !Speaks(job, pod))
            {
                believed.Add(pod);
                continue;
            }

            if (await DifferenceAsync(job, pod, cancellationToken) is not { } difference)
            {
                continue;
            }

            if (difference.Length == 0)
            {
                believed.Add(pod);
            }
            else
            {
                foreign.Add(new ForeignPod(owner, pod.Metadata.Name, difference));
            }
        }

        return (believed, foreign);
    }

    /// <summary>Decides whether one of the Job's containers has ended in the pod, or the pod as a whole has.</summary>
    private static bool Speaks(V1Job job, V1Pod pod) =>
        job.Spec?.Template?.Spec is { } wanted
        && (
            pod.Status?.Phase is "Succeeded" or "Failed"
            || (wanted.InitContainers ?? [])
                .Concat(wanted.Containers)
                .Any(c => pod.AllStatuses.Any(s => s.Name == c.Name && s.State?.Terminated is not null))
        );

    /// <summary>Returns what differs, "" when nothing does; null when the pod is gone.</summary>
    private async Task<string?> DifferenceAsync(V1Job job, V1Pod pod, CancellationToken cancellationToken)
    {
        var (uid, version) = (pod.Metadata.Uid ?? "", pod.Metadata.ResourceVersion ?? "");
        if (_compared.TryGet(uid, version, out var known))
        {
            return known;
        }

        var whole = await api.GetAsync<V1Pod>(pod.Metadata.NamespaceProperty, pod.Metadata.Name, cancellationToken);
        if (whole is null || whole.Metadata.Uid != pod.Metadata.Uid)
        {
            return null;
        }

        var difference = PodMatch.Difference(job.Spec.Template.Spec, whole.Spec ?? new V1PodSpec(), Tolerance.Admission)
            is { } field
            ? $"spec.{field}"
            : "";
        _compared.Set(uid, version, difference, uid.Length + version.Length + difference.Length);
        return difference;
    }
}
