using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>Says how far the Jobs beside the served pods are.</summary>
internal static class SideJobExtensions
{
    extension(V1Job job)
    {
        /// <summary>Gets the container that does its work: all others were put there by admission.</summary>
        public string MainContainer => job.Spec.Template.Spec.Containers[0].Name;

        /// <summary>Gets whether it is a pull or a smoke test.</summary>
        public bool IsBeside => job.MainContainer is PullJob.Container or SmokeJob.Container;
    }

    extension(Workload workload)
    {
        /// <summary>Returns the pods of a Job beside the workload, newest first.</summary>
        public IReadOnlyList<V1Pod> PodsOf(V1Job job) =>
            [
                .. workload
                    .SidePods.Where(p => p.IsControlledBy(job.Metadata.Uid))
                    .OrderByDescending(p => p.Metadata.CreationTimestamp),
            ];

        /// <summary>
        /// Tells whether a Job's work is done though it hasn't finished: a container that admission put beside it runs
        /// on.
        /// </summary>
        public bool IsHeldOpen(V1Job job) =>
            !job.IsFinished
            && workload
                .PodsOf(job)
                .Any(p =>
                    p.Status?.Phase == "Running"
                    && p.Status.ContainerStatuses?.Any(c =>
                        c.Name == job.MainContainer && c.State?.Terminated is not null
                    ) == true
                );

        /// <summary>Returns what keeps a Job's pod from starting; null when nothing is known to.</summary>
        public string? TroubleOf(V1Job job) =>
            job.IsFinished
                ? null
                : PodStartProblem
                    .Read(
                        new ObservedJob(
                            job,
                            workload.PodsOf(job),
                            [
                                .. workload.Events.Where(e =>
                                    e.Object == job.Metadata.Name
                                    || e.Object.StartsWith(job.Metadata.Name + "-", StringComparison.Ordinal)
                                ),
                            ]
                        )
                    )
                    ?.Message;
    }
}
