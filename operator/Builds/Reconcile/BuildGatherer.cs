using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;
using GemmaOperator.Owners;
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
    ConfigMapReader configMaps,
    PodEventReader events,
    PodLogReader logs,
    JobPodReader jobPods,
    TimeProvider time
)
{
    public async Task<BuildSnapshot> GatherAsync(GemmaBuild build, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var (origin, taken, image) = await owners.ReadAsync(build, cancellationToken);
        IReadOnlyList<V1Job> own =
        [
            .. jobs.ByIndex(CacheIndex.OwnerUid, build.Metadata.Uid).Where(j => j.IsControlledBy(build.Metadata.Uid)),
        ];
        var (believed, foreign) = await jobPods.ReadAsync(
            own.Where(j => IsFollowed(build, j)),
            [.. own.SelectMany(job => pods.ByIndex(CacheIndex.OwnerUid, job.Metadata.Uid))],
            cancellationToken
        );
        var snapshot = new BuildSnapshot
        {
            Now = now,
            Build = RecordedTimes.Of(build, now),
            Origin = origin,
            Taken = taken,
            Jobs = own,
            Pods = believed,
            ForeignPods = foreign,
            CredentialsVersion = secrets.VersionOf(configMaps, build),
            IsOutdated = Others(build).Any(other => other.Number > build.Number && other.HasSucceeded),
        };
        if (image is not null && !build.IsFinished)
        {
            var siblings = Others(build).Where(other => OwnBuilds.Confirms(image, other)).ToList();
            snapshot = snapshot with
            {
                Published = PlatformPart.SeenBy(
                    snapshot.Spec.Template,
                    PublishedBuildFinder.Find(image, build, siblings)
                ),
                Approval = PackageApproval.Of(image, build),
                ReusedContents = PublishedBuildFinder.ContentsOf(build.Spec?.Template.ReuseBase, siblings),
                ReusedPlatforms = PublishedBuildFinder.PlatformsOf(build.Spec?.Template.ReuseBase, siblings),
            };
        }

        if (origin != BuildOrigin.Own)
        {
            return snapshot;
        }

        if (!snapshot.Spec.Template.IsForSeveral)
        {
            return await ReadPodsAsync(snapshot, cancellationToken);
        }

        var parts = new List<BuildSnapshot>();
        foreach (var part in snapshot.Parts)
        {
            parts.Add(await ReadPodsAsync(part, cancellationToken));
        }

        return snapshot with
        {
            Parts = parts,
        };
    }

    /// <summary>Reads logs and events, as far as the next decision is about them.</summary>
    private async Task<BuildSnapshot> ReadPodsAsync(BuildSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (ExecutorLogPolicy.Choose(snapshot) is { Job: var failed, Pod: var pod })
        {
            return await logs.ReadAsync(pod, KanikoJob.Container, cancellationToken) is { } text
                ? snapshot with
                {
                    Log = new ExecutorLog(failed.Metadata.Name, text),
                }
                : snapshot;
        }

        if (CheckLogPolicy.Choose(snapshot) is { Job: var done, Pod: var checker })
        {
            return
                await logs.ReadAsync(checker, VerifyJob.Container, cancellationToken, PackedLines.Bounds) is { } lines
                ? snapshot with
                {
                    CheckLog = new ExecutorLog(done.Metadata.Name, lines),
                    PublisherLog = await ReadPublisherAsync(snapshot, cancellationToken),
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

    /// <summary>
    /// Reads what the container that pushed the candidate wrote; null where its pod is gone, or isn't what its Job asks
    /// for.
    /// </summary>
    private async Task<string?> ReadPublisherAsync(BuildSnapshot s, CancellationToken cancellationToken)
    {
        if (PublisherLogPolicy.Choose(s) is not { Job: var job, Pod: var pod })
        {
            return null;
        }

        var (believed, _) = await jobPods.ReadAsync([job], [pod], cancellationToken);
        return believed.Count == 0
            ? null
            : await logs.ReadAsync(pod, IsolatedPod.Publisher, cancellationToken, PackedLines.Bounds);
    }

    private IEnumerable<GemmaBuild> Others(GemmaBuild build) =>
        builds.ByIndex(CacheIndex.OwnerUid, BuildObject.Spec(build).ImageRef.Uid);

    /// <summary>Decides whether what a Job says is still to be read.</summary>
    private static bool IsFollowed(GemmaBuild build, V1Job job) =>
        !build.IsFinished
        && (
            build.Status is not { } status
            || RecordedTimes
                .AllSteps(status)
                .All(line => line.Job != job.Metadata.Name || line.Result == StepLog.Running)
        );

    private static V1Job? Newest(BuildSnapshot s) =>
        s.Build.IsFinished ? null : s.Jobs.MaxBy(job => job.Metadata.CreationTimestamp ?? DateTime.MinValue);
}
