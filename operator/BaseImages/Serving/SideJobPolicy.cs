using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Decides which Jobs start beside the workload: pulls onto nodes, and the smoke test.</summary>
internal static class SideJobPolicy
{
    /// <summary>A Job whose pod starts within this has nothing to explain.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(5);

    public static IReadOnlyList<V1Job> Decide(GemmaBaseImage image, RolloutDecision rollout)
    {
        if (rollout is not RolloutDecision.Serve serve)
        {
            return [];
        }

        var jobs = new List<V1Job>();
        if (serve.Pull is { } pull)
        {
            jobs.AddRange(
                pull.Start.Select(node => PullJob.Render(image, pull.Image, pull.Template, node, pull.Tolerations))
            );
        }

        if (serve.Proof is RolloutProof.Soaking { Test: SmokeTest.Due due })
        {
            jobs.Add(SmokeJob.Render(image, serve.Target, serve.Template, due.Pod));
        }

        return jobs;
    }

    /// <summary>
    /// Decides which Jobs are ended: their work is done, and what admission put beside it runs on. What they came to is
    /// in the status before they go.
    /// </summary>
    public static IReadOnlyList<V1Job> Ended(ImageSnapshot s, RolloutDecision rollout) =>
        [
            .. s.Workload.Jobs.Where(j =>
                j.Metadata.DeletionTimestamp is null
                && j.IsBeside
                && s.Workload.IsHeldOpen(j)
                && !IsNeeded(s, rollout as RolloutDecision.Serve, j)
            ),
        ];

    /// <summary>Returns the Jobs whose events are worth asking for: none of their pods has started.</summary>
    public static IEnumerable<V1Job> Silent(Workload workload, DateTime now) =>
        Unstarted(workload).Where(j => FirstLookAt(j, now) <= now);

    /// <summary>Returns when to look again though nothing changes (UTC); null while none is silent.</summary>
    public static DateTime? NextLook(Workload workload, DateTime now) =>
        Unstarted(workload)
            .Select(j =>
                (DateTime?)(
                    FirstLookAt(j, now) is var first && first > now
                        ? first
                        : PodEventsPolicy.AskAgain(j.Metadata.CreationTimestamp, now)
                )
            )
            .Min();

    private static IEnumerable<V1Job> Unstarted(Workload workload) =>
        workload.Jobs.Where(j =>
            j.IsBeside
            && !j.IsFinished
            && j.Metadata.DeletionTimestamp is null
            && workload.PodsOf(j).All(p => p.Status?.Phase is null or "Pending")
        );

    private static DateTime FirstLookAt(V1Job job, DateTime now) => (job.Metadata.CreationTimestamp ?? now) + FirstLook;

    private static bool IsNeeded(ImageSnapshot s, RolloutDecision.Serve? serve, V1Job job) =>
        job.MainContainer == PullJob.Container
            ? serve?.Pull is not null
                && s.Status.Rollout?.PrePull?.Done?.Contains(job.Spec.Template.Spec.NodeName, StringComparer.Ordinal)
                    != true
            : serve is { Proof: RolloutProof.Soaking, Target: var target }
                && s.Status.Rollout?.SmokeTest is null
                && SmokeReport.Of(job, s.Workload.SidePods, target) is not null;
}
