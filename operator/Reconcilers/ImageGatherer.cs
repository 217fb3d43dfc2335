using GemmaOperator.Api;
using GemmaOperator.Plan;
using GemmaOperator.Rollout;
using GemmaOperator.Runtime;
using k8s.Models;

namespace GemmaOperator.Reconcilers;

/// <summary>Gathers, once, everything that decisions about a GemmaBaseImage may look at.</summary>
internal sealed class ImageGatherer(
    IIndexer<GemmaBuild> builds,
    IIndexer<V1Deployment> deployments,
    IIndexer<V1Service> services,
    IIndexer<V1PodDisruptionBudget> budgets,
    IIndexer<V1Pod> pods,
    IIndexer<V1Job> jobs,
    InputReader inputs,
    TimeProvider time)
{
    /// <summary>Index of pods by namespace and the GemmaBaseImage that they serve.</summary>
    public const string PodsByImage = "servedImage";

    public static string PodKey(string ns, string image) => $"{ns}/{image}";

    public async Task<ImageSnapshot> GatherAsync(GemmaBaseImage image, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        IReadOnlyList<GemmaBuild> own = [.. builds.ByIndex(CacheIndex.OwnerUid, image.Metadata.Uid).OrderByDescending(b => b.Number)];
        return new ImageSnapshot
        {
            Now = now,
            Image = image,
            Builds = own,
            Inputs = image.Metadata.DeletionTimestamp is null
                ? await inputs.ReadAsync(image, cancellationToken)
                : new Inputs.Refused(ImageReason.Stalled.InvalidSpec, "being deleted"),
            Schedule = ScheduleReader.Read(image, own, now),
            Workload = new Workload
            {
                Deployment = deployments.ByIndex(CacheIndex.OwnerUid, image.Metadata.Uid) is [var deployment, ..] ? deployment : null,
                Service = services.ByIndex(CacheIndex.OwnerUid, image.Metadata.Uid) is [var service, ..] ? service : null,
                Budget = budgets.ByIndex(CacheIndex.OwnerUid, image.Metadata.Uid) is [var budget, ..] ? budget : null,
                Pulls = jobs.ByIndex(CacheIndex.OwnerUid, image.Metadata.Uid),
                Pods = pods.ByIndex(PodsByImage, PodKey(image.Metadata.NamespaceProperty, image.Metadata.Name)),
            },
        };
    }
}
