using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Reconcile;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Verify;
using k8s.Models;

namespace Operator.Tests.Builds;

/// <summary>Builders of what a decision about a build is made from.</summary>
internal static class Given
{
    public static BuildSnapshot Snapshot(
        GemmaBuild build,
        DateTime? now = null,
        IReadOnlyList<V1Job>? jobs = null,
        IReadOnlyList<V1Pod>? pods = null
    ) =>
        new()
        {
            Now = now ?? A.Morning,
            Build = build.Noting(jobs ?? []),
            Jobs = jobs ?? [],
            Pods = pods ?? [],
        };

    public static BuildStep Decide(
        GemmaBuild build,
        DateTime? now = null,
        IReadOnlyList<V1Job>? jobs = null,
        IReadOnlyList<V1Pod>? pods = null
    ) => BuildPlanner.Decide(Snapshot(build, now, jobs, pods)).Decision;

    /// <summary>The build with the newest of these Jobs noted as the one that was made, where none is.</summary>
    public static GemmaBuild Noting(this GemmaBuild build, IReadOnlyList<V1Job> jobs)
    {
        var status = build.Status ?? new GemmaBuildStatus();
        foreach (var step in new JobStep[] { KanikoStep.Instance, VerifyStep.Instance })
        {
            var (attempt, job) = Enumerable
                .Range(1, 11)
                .Select(n => (n, jobs.FirstOrDefault(j => j.Metadata.Name == step.JobName(build, n))))
                .LastOrDefault(found => found.Item2 is not null);
            if (job is not null && status.JobRef is null && status.Steps.All(line => line.Name != step.Name))
            {
                status = new StepRun(attempt, job.Metadata.Name, Uid: job.Metadata.Uid).Write(status, step, A.Morning);
            }
        }

        return ReferenceEquals(status, build.Status) || status.Steps.Count == 0
            ? build
            : build with
            {
                Status = status,
            };
    }

    /// <summary>What a step comes to that needs no answer from outside.</summary>
    public static StepReport After(this BuildStep step, BuildSnapshot s) =>
        ((BuildStep<Nothing>)step).After(s, default(Nothing));

    /// <summary>The build with the status that was written.</summary>
    public static BuildSnapshot Then(this BuildSnapshot s, StepReport report) =>
        s with
        {
            Build = s.Build with { Status = report.Status },
        };

    public static GemmaBuild With(this GemmaBuild build, Func<BuildTemplate, BuildTemplate> template) =>
        build with
        {
            Spec = build.Spec! with { Template = template(build.Spec.Template) },
        };

    public static GemmaBuild Retrying(this GemmaBuild build, int retries) =>
        build.With(t => t with { Build = t.Build with { Retries = retries } });

    /// <summary>A Job of the build's attempt to make its base image.</summary>
    public static V1Job KanikoJob(int attempt, string? condition = null, string? reason = null) =>
        Job(GemmaOperator.Builds.Steps.Kaniko.KanikoJob.Name(A.Build(1), attempt), condition, reason);

    public static V1Job Job(string name, string? condition = null, string? reason = null) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = name,
                Uid = name,
                CreationTimestamp = A.Morning,
            },
            Status = new V1JobStatus
            {
                CompletionTime = condition == "Complete" ? A.Morning : null,
                Conditions = condition is null
                    ? null
                    :
                    [
                        new V1JobCondition
                        {
                            Type = condition,
                            Status = "True",
                            Reason = reason,
                            LastTransitionTime = A.Morning,
                        },
                    ],
            },
        };

    public static V1Pod Pod(V1Job job, string phase) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = job.Metadata.Name + "-x",
                CreationTimestamp = A.Morning,
                OwnerReferences =
                [
                    new V1OwnerReference
                    {
                        ApiVersion = "batch/v1",
                        Kind = "Job",
                        Name = job.Metadata.Name,
                        Uid = job.Metadata.Uid,
                        Controller = true,
                    },
                ],
            },
            Status = new V1PodStatus { Phase = phase },
        };

    /// <summary>A pod that was taken away, which may pass.</summary>
    public static V1Pod Evicted(V1Job job)
    {
        var pod = Pod(job, "Failed");
        pod.Status.Reason = "Evicted";
        pod.Status.Message = "The node was low on resource: memory.";
        return pod;
    }

    /// <summary>A pod that no node takes.</summary>
    public static V1Pod Unplaced(V1Job job, string message = "0/3 nodes are available: 3 Insufficient memory.")
    {
        var pod = Pod(job, "Pending");
        pod.Status.Conditions =
        [
            new V1PodCondition
            {
                Type = "PodScheduled",
                Status = "False",
                Reason = "Unschedulable",
                Message = message,
                LastTransitionTime = A.Morning,
            },
        ];
        return pod;
    }
}
