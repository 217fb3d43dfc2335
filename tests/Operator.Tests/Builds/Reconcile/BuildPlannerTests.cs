using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Reconcile;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Cluster;
using k8s.Models;

namespace Operator.Tests.Builds.Reconcile;

public sealed class BuildPlannerTests
{
    [Test]
    public void A_new_build_starts_its_first_Job() =>
        Assert.That(Decide(A.Build(1)), Is.EqualTo(new BuildDecision.StartJob(1)));

    [Test]
    public void A_running_Job_is_waited_for() =>
        Assert.That(Decide(A.Build(1), Job(1)), Is.InstanceOf<BuildDecision.AwaitJob>());

    [Test]
    public void A_Job_on_its_way_to_failure_is_waited_for() =>
        Assert.That(Decide(A.Build(1), Job(1, "FailureTarget")), Is.InstanceOf<BuildDecision.AwaitJob>());

    [Test]
    public void A_Job_whose_pod_never_ends_has_lost_its_node()
    {
        var late = A.Morning + ObservedJob.NodePatience;
        Assert.That(
            Decide(A.Build(1), late.AddSeconds(-1), Job(1, "FailureTarget")),
            Is.InstanceOf<BuildDecision.AwaitJob>().With.Property("Until").EqualTo(late)
        );
        Assert.That(
            Decide(A.Build(1), late, Job(1, "FailureTarget")),
            Is.InstanceOf<BuildDecision.StartOver>().With.Property("Last").Property("Reason").EqualTo("NodeLost")
        );
        Assert.That(
            Decide(A.Build(1), late, Job(1, "FailureTarget", "DeadlineExceeded")),
            Is.InstanceOf<BuildDecision.GiveUp>().With.Property("Failure").Property("Reason").EqualTo("TimedOut")
        );
    }

    [Test]
    public void The_log_is_asked_for_when_an_executor_has_failed_by_itself()
    {
        var (failed, running) = (Job(1, "Failed", "BackoffLimitExceeded"), Job(1));
        foreach (var job in new[] { failed, running })
        {
            job.Spec = new V1JobSpec
            {
                Template = new V1PodTemplateSpec
                {
                    Spec = new V1PodSpec { Containers = [new V1Container { Name = KanikoJob.Container }] },
                },
            };
        }

        Assert.That(Asked(failed, 1, "Error"), Is.True);
        Assert.That(Asked(failed, 137, "OOMKilled"), Is.False, "the kernel's word is enough");
        Assert.That(Asked(running, 1, "Error"), Is.False);

        static bool Asked(V1Job job, int code, string reason)
        {
            var pod = Pod(job, "Failed");
            pod.Status.ContainerStatuses =
            [
                new V1ContainerStatus
                {
                    Name = KanikoJob.Container,
                    State = new V1ContainerState
                    {
                        Terminated = new V1ContainerStateTerminated { ExitCode = code, Reason = reason },
                    },
                },
            ];
            return ExecutorLogPolicy.Choose(
                new BuildSnapshot
                {
                    Now = A.Morning,
                    Build = A.Build(1),
                    Jobs = [job],
                    Pods = [pod],
                }
            )
                is not null;
        }
    }

    [Test]
    public void A_finished_Job_whose_pod_has_not_been_seen_finished_is_waited_for() =>
        Assert.That(Decide(A.Build(1), Job(1, "Complete")), Is.InstanceOf<BuildDecision.AwaitJob>());

    [Test]
    public void A_finished_Job_whose_pod_is_gone_is_confirmed_by_the_registry_alone()
    {
        var late = A.Morning + ObservedJob.PodPatience;
        Assert.That(Decide(A.Build(1), late, Job(1, "Complete")), Is.EqualTo(new BuildDecision.ConfirmPush(null)));
    }

    [Test]
    public void A_transient_failure_pauses_and_then_starts_the_next_attempt()
    {
        var failed = Job(1, "Failed", "PodFailurePolicy");
        var evicted = Pod(failed, "Failed");
        evicted.Status.Reason = "Evicted";
        evicted.Status.Message = "The node was low on resource: memory.";
        var pause = Decide(A.Build(1), A.Morning, [failed], [evicted]);
        var later = Decide(A.Build(1), A.Morning + RetryBackoff.After(1), [failed], [evicted]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                pause,
                Is.InstanceOf<BuildDecision.BackOff>().With.Property("At").EqualTo(A.Morning + RetryBackoff.After(1))
            );
            Assert.That(later, Is.EqualTo(new BuildDecision.StartJob(2)));
        }
    }

    [Test]
    public void A_candidate_is_assembled_and_then_promoted()
    {
        var build = A.Build(1) with
        {
            Status = new GemmaBuildStatus { Attempts = 1, Candidate = A.Image(1) },
        };
        var assembled = build with { Status = build.Status! with { Application = A.Image(1, "app") } };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Decide(build),
                Is.EqualTo(new BuildDecision.Assemble(A.Image(1), build.Spec!.Template.Application!))
            );
            Assert.That(Decide(assembled), Is.EqualTo(new BuildDecision.Promote(A.Image(1))));
        }
    }

    [Test]
    public void A_reused_base_needs_no_Job()
    {
        var build = A.Build(2);
        build = build with
        {
            Spec = build.Spec! with { Template = build.Spec.Template with { ReuseBase = A.Image(1) } },
        };
        Assert.That(Decide(build), Is.EqualTo(new BuildDecision.ReuseBase(A.Image(1), null)));
    }

    [Test]
    public void A_cancel_request_stops_the_Job_that_runs()
    {
        var build = A.Build(1);
        build = build with { Spec = build.Spec! with { Cancel = true } };
        var decision = Decide(build, Job(1));
        Assert.That(decision, Is.InstanceOf<BuildDecision.Cancel>());
        Assert.That(((BuildDecision.Cancel)decision).Jobs, Is.EqualTo(new[] { KanikoJob.Name(build, 1) }));
    }

    [Test]
    public void A_Job_that_the_cache_does_not_have_is_sought_and_its_loss_costs_an_attempt()
    {
        var build = A.Build(1) with
        {
            Status = new GemmaBuildStatus
            {
                Attempts = 1,
                JobRef = new LocalReference { Name = KanikoJob.Name(A.Build(1), 1) },
            },
        };
        var snapshot = new BuildSnapshot
        {
            Now = A.Morning,
            Build = build,
            Jobs = [],
            Pods = [],
        };
        var seek = (BuildDecision.SeekJob)BuildPlanner.Decide(snapshot);
        var lost = BuildStatusFold.Fold(snapshot, seek, new BuildOutcome.JobGone());
        var behind = BuildStatusFold.Fold(snapshot, seek, new BuildOutcome.Nothing());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(seek.Next, Is.EqualTo(2));
            Assert.That(seek.Lost.Reason, Is.EqualTo("JobLost"));
            Assert.That(behind.JobRef, Is.EqualTo(build.Status!.JobRef), "only the cache was behind");
            Assert.That(Decide(build with { Status = lost }), Is.EqualTo(new BuildDecision.StartJob(2)));
        }

        var last = build with
        {
            Status = build.Status! with
            {
                Attempts = 3,
                JobRef = new LocalReference { Name = KanikoJob.Name(A.Build(1), 3) },
            },
        };
        var end = BuildStatusFold.Fold(snapshot with { Build = last }, Decide(last), new BuildOutcome.JobGone());
        Assert.That(
            end.Conditions.Select(c => $"{c.Type} {c.Status} {c.Reason}"),
            Is.EqualTo(new[] { "Succeeded False JobLost" })
        );
    }

    [TestCase(0, "GiveUp")]
    [TestCase(1, "StartOver")]
    public void A_pod_that_no_node_takes_is_tried_again_as_often_as_may_be_and_then_fails_by_its_name(
        int retries,
        string decision
    )
    {
        var build = A.Build(1);
        build = build with
        {
            Spec = build.Spec! with
            {
                Template = build.Spec.Template with { Build = build.Spec.Template.Build with { Retries = retries } },
            },
        };
        var job = Job(1);
        job.Metadata.CreationTimestamp = A.Morning;
        var pod = Pod(job, "Pending");
        pod.Status.Conditions =
        [
            new V1PodCondition
            {
                Type = "PodScheduled",
                Status = "False",
                Reason = "Unschedulable",
                Message = "0/3 nodes are available: 3 Insufficient memory.",
                LastTransitionTime = A.Morning,
            },
        ];
        var soon = Snapshot(A.Morning.AddMinutes(1));
        var late = Snapshot(A.Morning + PodStartProblem.SchedulingBound);
        Assert.That(Reason(soon), Is.EqualTo("PodPending"));
        Assert.That(BuildPlanner.Decide(late).GetType().Name, Is.EqualTo(decision));
        var status = BuildStatusFold.Fold(late, BuildPlanner.Decide(late), new BuildOutcome.Nothing());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Reason(late), Is.EqualTo(retries == 0 ? "Unschedulable" : "BackingOff"));
            Assert.That(status.Conditions[0].Message, Does.Contain("3 Insufficient memory"));
            Assert.That(retries == 0 || Decide(build with { Status = status }) == new BuildDecision.StartJob(2));
        }

        BuildSnapshot Snapshot(DateTime now) =>
            new()
            {
                Now = now,
                Build = build,
                Jobs = [job],
                Pods = [pod],
            };

        static string Reason(BuildSnapshot s) =>
            BuildStatusFold.Fold(s, BuildPlanner.Decide(s), new BuildOutcome.Nothing()).Conditions[0].Reason;
    }

    [Test]
    public void A_build_that_gave_way_says_for_what()
    {
        var build = A.Build(1).Superseded(A.Morning) with { Status = null };
        var snapshot = new BuildSnapshot
        {
            Now = A.Morning,
            Build = build,
            Jobs = [Job(1)],
            Pods = [],
        };
        var status = BuildStatusFold.Fold(snapshot, BuildPlanner.Decide(snapshot), new BuildOutcome.Canceled());
        var ended = build with { Status = status };
        Assert.That(ended.IsSuperseded);
        Assert.That(status.Failure!.Message, Does.Contain("generation 7"));
    }

    [Test]
    public void What_has_ended_stays_ended() =>
        Assert.That(Decide(A.Build(1).Succeeded()), Is.EqualTo(new BuildDecision.Finished()));

    private static BuildDecision Decide(GemmaBuild build, params V1Job[] jobs) => Decide(build, A.Morning, jobs, []);

    private static BuildDecision Decide(GemmaBuild build, DateTime now, params V1Job[] jobs) =>
        Decide(build, now, jobs, []);

    private static BuildDecision Decide(
        GemmaBuild build,
        DateTime now,
        IReadOnlyList<V1Job> jobs,
        IReadOnlyList<V1Pod> pods
    ) =>
        BuildPlanner.Decide(
            new BuildSnapshot
            {
                Now = now,
                Build = build,
                Jobs = jobs,
                Pods = pods,
            }
        );

    private static V1Job Job(int attempt, string? condition = null, string? reason = null) =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = KanikoJob.Name(A.Build(1), attempt), Uid = $"job-{attempt}" },
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

    private static V1Pod Pod(V1Job job, string phase) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = job.Metadata.Name + "-x",
                OwnerReferences =
                [
                    new V1OwnerReference
                    {
                        ApiVersion = "batch/v1",
                        Kind = "Job",
                        Name = job.Metadata.Name,
                        Uid = job.Metadata.Uid,
                    },
                ],
            },
            Status = new V1PodStatus { Phase = phase },
        };
}
