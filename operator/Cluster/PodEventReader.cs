using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Cluster;

/// <summary>Asks for the events of a Job, its pods and their claims, oldest first.</summary>
internal sealed partial class PodEventReader(IKubeApi api, ILogger<PodEventReader> logger)
{
    /// <summary>A namespace may be full of events; those of one pod are few.</summary>
    private const int Most = 500;

    /// <summary>
    /// Returns the events of a Job and its pods; those of pods alone while any are known. Never fails: what an event
    /// would have said is left out.
    /// </summary>
    public Task<IReadOnlyList<ObjectEvent>> ReadAsync(
        V1Job job,
        IReadOnlyList<V1Pod> pods,
        CancellationToken cancellationToken
    ) =>
        ReadAsync(
            job.Metadata.NamespaceProperty,
            pods.Count > 0
                ? pods.Select(About)
                : [$"involvedObject.kind=Job,involvedObject.name={job.Metadata.Name}", "involvedObject.kind=Pod"],
            e => IsAbout(e, job),
            cancellationToken
        );

    /// <summary>Returns the events of pods, all of one namespace. Never fails either.</summary>
    public Task<IReadOnlyList<ObjectEvent>> ReadAsync(IReadOnlyList<V1Pod> pods, CancellationToken cancellationToken) =>
        ReadAsync(pods[0].Metadata.NamespaceProperty, pods.Select(About), _ => true, cancellationToken);

    /// <summary>Returns the events of a claim. Never fails either.</summary>
    public Task<IReadOnlyList<ObjectEvent>> ReadOfClaimAsync(
        string ns,
        string claim,
        CancellationToken cancellationToken
    ) =>
        ReadAsync(
            ns,
            [$"involvedObject.kind=PersistentVolumeClaim,involvedObject.name={claim}"],
            _ => true,
            cancellationToken
        );

    private async Task<IReadOnlyList<ObjectEvent>> ReadAsync(
        string ns,
        IEnumerable<string> about,
        Func<Corev1Event, bool> isMeant,
        CancellationToken cancellationToken
    )
    {
        var found = new List<Corev1Event>();
        try
        {
            foreach (var selector in about)
            {
                var page = await api.ListAsync<Corev1Event>(
                    new ListQuery
                    {
                        Namespace = ns,
                        FieldSelector = selector,
                        Limit = Most,
                    },
                    cancellationToken
                );
                found.AddRange(page.Items.Where(isMeant));
            }
        }
        catch (KubeApiException e)
        {
            // The pod's own state has to do.
            Log.Unread(logger, e.Explanation);
        }

        return
        [
            .. found
                .OrderBy(e => e.LastTimestamp ?? e.EventTime ?? e.Metadata.CreationTimestamp)
                .Select(ObjectEvent.Of),
        ];
    }

    private static string About(V1Pod pod) => $"involvedObject.kind=Pod,involvedObject.name={pod.Metadata.Name}";

    private static bool IsAbout(Corev1Event e, V1Job job) =>
        e.InvolvedObject?.Name is { } name
        && (name == job.Metadata.Name || name.StartsWith(job.Metadata.Name + "-", StringComparison.Ordinal));

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 700,
            Level = LogLevel.Warning,
            Message = "What holds a pod up can't be read from its events: {Error}"
        )]
        public static partial void Unread(ILogger logger, string error);
    }
}
