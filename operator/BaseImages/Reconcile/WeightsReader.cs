using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Gathers what is seen of the weights in the cluster: claims, and what fetches into them.</summary>
internal sealed class WeightsReader(
    IKubeApi api,
    IIndexer<V1PersistentVolumeClaim> claims,
    PodEventReader events,
    Func<bool> hasImageVolumes,
    IReadOnlyList<string> insecureRegistries
)
{
    /// <summary>Index of claims by namespace and the GemmaBaseImage that they are for.</summary>
    public const string ClaimsByImage = "modelOf";

    /// <summary>The command writes a line a second at most; the last one is enough.</summary>
    private const int LogLines = 20;

    private const int LogBytes = 8 * 1024;

    /// <summary>Adds the facts to a snapshot that has the Jobs.</summary>
    public async Task<ImageSnapshot> AddAsync(
        ImageSnapshot s,
        IReadOnlyList<V1Pod> pods,
        CancellationToken cancellationToken
    )
    {
        var metadata = s.Image.Metadata;
        s = s with
        {
            Weights = new WeightsFacts
            {
                Claims = claims.ByIndex(ClaimsByImage, ImageGatherer.PodKey(metadata.NamespaceProperty, metadata.Name)),
                Pods = [.. pods.OrderByDescending(p => p.Metadata.CreationTimestamp)],
                HasImageVolumes = hasImageVolumes(),
                InsecureRegistries = insecureRegistries,
            },
        };
        if (FetchPolicy.Judge(s) is not FetchState.Running { Job: var job })
        {
            return s;
        }

        var observed = new ObservedJob(job, FetchPolicy.PodsOf(s.Weights, job), []);
        return s with
        {
            Weights = s.Weights with
            {
                Progress = await ProgressAsync(observed, cancellationToken),
                Events = PodEventsPolicy.MustAsk(observed, s.Now)
                    ? await EventsAsync(s, observed, cancellationToken)
                    : [],
            },
        };
    }

    /// <summary>
    /// Where its claim has no volume yet, that is why the pod waits, and the claim's own events say more.
    /// </summary>
    private async Task<IReadOnlyList<ObjectEvent>> EventsAsync(
        ImageSnapshot s,
        ObservedJob observed,
        CancellationToken cancellationToken
    )
    {
        var said = await events.ReadAsync(observed.Job, observed.Pods, cancellationToken);
        return
            FetchPolicy.Judge(s) is FetchState.Running { Claim: var name }
            && s.Weights.Claims.FirstOrDefault(c => c.Metadata.Name == name) is { Status.Phase: "Pending" } claim
            ? [.. said, .. await events.ReadOfClaimAsync(claim.Metadata.NamespaceProperty, name, cancellationToken)]
            : said;
    }

    private async Task<FetchReport.Progress?> ProgressAsync(ObservedJob observed, CancellationToken cancellationToken)
    {
        if (observed.NewestPod is not { Status.Phase: "Running" } pod)
        {
            return null;
        }

        try
        {
            return FetchReport.ReadProgress(
                await api.ReadLogAsync(
                    pod.Metadata.NamespaceProperty,
                    pod.Metadata.Name,
                    FetchContainer.Name,
                    LogLines,
                    LogBytes,
                    cancellationToken
                )
            );
        }
        catch (KubeApiException)
        {
            // How far it is is worth a look, no more: the Job tells when it has ended.
            return null;
        }
    }
}
