using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>
/// Looks up what the caches don't have of the served pods, where a decision needs it: events, nodes, ReplicaSets. What
/// may not be seen is left out.
/// </summary>
internal sealed class WorkloadReader(IKubeApi api, PodEventReader events)
{
    private const int MostNodes = 500;

    private const int MostSets = 50;

    /// <summary>They wait for the same thing, mostly.</summary>
    private const int MostSilent = 3;

    /// <summary>Adds what was looked up to a snapshot that has the workload.</summary>
    public async Task<ImageSnapshot> CompleteAsync(ImageSnapshot s, CancellationToken cancellationToken)
    {
        s = s with
        {
            Workload = s.Workload with
            {
                Events = await EventsAsync(s, cancellationToken),
                LostNodes = await LostAsync(s, cancellationToken),
                ReplicaSets = UnknownPodPolicy.MustAsk(s) ? await ReplicaSetsAsync(s, cancellationToken) : [],
            },
        };
        return RolloutPlanner.PulledFor(s) is { } pod ? s with { Nodes = await NodesAsync(pod, cancellationToken) } : s;
    }

    private async Task<IReadOnlyList<ObjectEvent>> EventsAsync(ImageSnapshot s, CancellationToken cancellationToken)
    {
        var said = new List<ObjectEvent>();
        if (ServedPodEventsPolicy.Decide(s.Workload, s.Now).Take(MostSilent).ToList() is { Count: > 0 } silent)
        {
            said.AddRange(await events.ReadAsync(silent, cancellationToken));
        }

        foreach (var claim in ServedPodEventsPolicy.ClaimsAwaited(s.Workload, s.Now).Take(MostSilent))
        {
            said.AddRange(await events.ReadOfClaimAsync(s.Image.Metadata.NamespaceProperty, claim, cancellationToken));
        }

        foreach (var job in SideJobPolicy.Silent(s.Workload, s.Now).Take(MostSilent))
        {
            said.AddRange(await events.ReadAsync(job, s.Workload.PodsOf(job), cancellationToken));
        }

        return said;
    }

    private async Task<IReadOnlyList<LostNode>> LostAsync(ImageSnapshot s, CancellationToken cancellationToken)
    {
        var lost = new List<LostNode>();
        foreach (var name in LostNode.SuspectsOf(s.Workload.Pods, s.Now).Take(MostSilent))
        {
            try
            {
                var page = await api.ListAsync<V1Node>(
                    new ListQuery { FieldSelector = $"metadata.name={name}" },
                    cancellationToken
                );
                if (LostNode.Of(name, page.Items.FirstOrDefault()) is { } found)
                {
                    lost.Add(found);
                }
            }
            catch (KubeApiException e) when (e.IsForbidden)
            {
                // An operator of one namespace: what the pods say has to do.
                return lost;
            }
        }

        return lost;
    }

    private async Task<IReadOnlyList<V1ReplicaSet>> ReplicaSetsAsync(
        ImageSnapshot s,
        CancellationToken cancellationToken
    )
    {
        var metadata = s.Image.Metadata;
        try
        {
            var page = await api.ListAsync<V1ReplicaSet>(
                new ListQuery
                {
                    Namespace = metadata.NamespaceProperty,
                    LabelSelector =
                        $"{WorkloadMetadata.NameLabel}={WorkloadMetadata.ServerName},{ApiGroup.ImageLabel}={metadata.Name}",
                    Limit = MostSets,
                },
                cancellationToken
            );
            return page.Items;
        }
        catch (KubeApiException e) when (e.IsForbidden)
        {
            // One whose rights are older than it: what the pods say has to do.
            return [];
        }
    }

    /// <summary>Returns nodes that a pod may run on by their labels; null where nodes may not be seen.</summary>
    private async Task<IReadOnlyList<V1Node>?> NodesAsync(V1PodSpec pod, CancellationToken cancellationToken)
    {
        var labels = string.Join(
            ',',
            (pod.NodeSelector ?? new Dictionary<string, string>()).Select(label => $"{label.Key}={label.Value}")
        );
        try
        {
            var page = await api.ListAsync<V1Node>(
                new ListQuery { LabelSelector = labels.Length > 0 ? labels : null, Limit = MostNodes },
                cancellationToken
            );
            return page.Items;
        }
        catch (KubeApiException e) when (e.IsForbidden)
        {
            // An operator of one namespace has no right to nodes: those of the present pods have to do.
            return null;
        }
    }
}
