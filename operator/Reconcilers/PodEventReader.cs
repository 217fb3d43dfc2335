using GemmaOperator.Build;
using GemmaOperator.Runtime;
using k8s.Models;

namespace GemmaOperator.Reconcilers;

/// <summary>Asks for the events of a Job and its pods, oldest first.</summary>
internal sealed class PodEventReader(IKubeApi api)
{
    /// <summary>A namespace may be full of events; those of one pod are few.</summary>
    private const int Most = 500;

    /// <summary>Never fails: what an event would have said is left out.</summary>
    public async Task<IReadOnlyList<ObjectEvent>> ReadAsync(V1Job job, IReadOnlyList<V1Pod> pods, CancellationToken cancellationToken)
    {
        var ns = job.Metadata.NamespaceProperty;
        var about = pods.Count > 0
            ? pods.Select(pod => $"involvedObject.kind=Pod,involvedObject.name={pod.Metadata.Name}")
            : [$"involvedObject.kind=Job,involvedObject.name={job.Metadata.Name}", "involvedObject.kind=Pod"];
        var found = new List<Corev1Event>();
        try
        {
            foreach (var selector in about)
            {
                var page = await api.ListAsync<Corev1Event>(
                    new ListQuery { Namespace = ns, FieldSelector = selector, Limit = Most }, cancellationToken);
                found.AddRange(page.Items.Where(e => IsAbout(e, job)));
            }
        }
        catch (KubeApiException)
        {
            // The pod's own state has to do.
        }

        return [.. found.OrderBy(e => e.LastTimestamp ?? e.EventTime ?? e.Metadata.CreationTimestamp).Select(ObjectEvent.Of)];
    }

    private static bool IsAbout(Corev1Event e, V1Job job) => e.InvolvedObject?.Name is { } name
        && (name == job.Metadata.Name || name.StartsWith(job.Metadata.Name + "-", StringComparison.Ordinal));
}
