using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.Builds.Reconcile;

/// <summary>
/// Gathers what a decision about a GemmaBuild may look at: caches, events where a pod doesn't start,
/// the log of one that failed.
/// </summary>
internal sealed class BuildGatherer(
    IIndexer<V1Job> jobs,
    IIndexer<V1Pod> pods,
    IIndexer<GemmaBuild> builds,
    BuildOwners owners,
    SecretReader secrets,
    PodEventReader events,
    PodLogReader logs,
    TimeProvider time
)
{
    public async Task<BuildSnapshot> GatherAsync(GemmaBuild build, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var (origin, taken) = await owners.ReadAsync(build, cancellationToken);
        var own = jobs.ByIndex(CacheIndex.OwnerUid, build.Metadata.Uid);
        var snapshot = new BuildSnapshot
        {
            Now = now,
            Build = RecordedTimes.Of(build, now),
            Origin = origin,
            Taken = taken,
            Jobs = own,
            Pods = [.. own.SelectMany(job => pods.ByIndex(CacheIndex.OwnerUid, job.Metadata.Uid))],
            CredentialsVersion = secrets.VersionOf(build),
            IsOutdated = builds
                .ByIndex(CacheIndex.OwnerUid, BuildObject.Spec(build).ImageRef.Uid)
                .Any(other => other.Number > build.Number && other.HasSucceeded),
        };
        if (origin != BuildOrigin.Own)
        {
            return snapshot;
        }

        if (ExecutorLogPolicy.Choose(snapshot) is { Job: var failed, Pod: var pod })
        {
            return await logs.ReadAsync(pod, KanikoJob.Container, cancellationToken) is { } text
                ? snapshot with
                {
                    Log = new ExecutorLog(failed.Metadata.Name, text),
                }
                : snapshot;
        }

        return Newest(snapshot) is { } job && PodEventsPolicy.MustAsk(snapshot.Observe(job), snapshot.Now)
            ? snapshot with
            {
                Events = await events.ReadAsync(job, snapshot.PodsOf(job), cancellationToken),
            }
            : snapshot;
    }

    private static V1Job? Newest(BuildSnapshot s) =>
        s.Build.IsFinished ? null : s.Jobs.MaxBy(job => job.Metadata.CreationTimestamp ?? DateTime.MinValue);
}
