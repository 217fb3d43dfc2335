using GemmaOperator.Builds.Reconcile;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Cluster;
using k8s.Models;
using Operator.Tests.Builds;

namespace Operator.Tests.Cluster;

internal sealed class PodEventsPolicyTests
{
    private static readonly DateTime Late = A.Morning + PodEventsPolicy.FirstLook;

    [Test]
    public void A_pod_that_just_began_needs_no_explanation() =>
        Assert.That(MustAsk(Snapshot(A.Morning.AddSeconds(2), Job(), Pod("Pending"))), Is.False);

    [Test]
    public void A_pod_that_stays_pending_does() => Assert.That(MustAsk(Snapshot(Late, Job(), Pod("Pending"))), Is.True);

    [Test]
    public void A_pod_whose_image_does_not_come_does_at_once() =>
        Assert.That(MustAsk(Snapshot(A.Morning, Job(), Pod("Pending", "ImagePullBackOff"))), Is.True);

    [Test]
    public void A_Job_without_any_pod_does() => Assert.That(MustAsk(Snapshot(Late, Job(), null)), Is.True);

    [Test]
    public void A_pod_that_runs_or_a_Job_that_has_ended_by_itself_does_not()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(MustAsk(Snapshot(Late, Job(), Pod("Running"))), Is.False);
            Assert.That(MustAsk(Snapshot(Late, Job("Complete"), Pod("Succeeded"))), Is.False);
            Assert.That(MustAsk(Snapshot(Late, Job("Failed", "BackoffLimitExceeded"), Pod("Failed"))), Is.False);
            Assert.That(PodEventsPolicy.NextLook(Snapshot(Late, Job(), Pod("Running")).Observe(Job()), Late), Is.Null);
        }
    }

    [Test]
    public void A_deadline_that_took_the_pod_with_it_leaves_only_events() =>
        Assert.That(MustAsk(Snapshot(Late, Job("Failed", "DeadlineExceeded"), null)), Is.True);

    [Test]
    public void A_refused_pod_is_told_at_once_and_fails_the_attempt_after_a_while()
    {
        ObjectEvent[] events =
        [
            new(
                KanikoJob.Name(A.Build(1), 1),
                "FailedCreate",
                "Error creating: pods \"gemma-1-1-x\" is forbidden: exceeded quota: gpu"
            ),
        ];
        var soon = Snapshot(Late, Job(), null) with { Events = events };
        var decision = BuildPlanner.Decide(soon).Decision as AwaitJob;
        Assert.That(decision!.Message, Does.Contain("exceeded quota: gpu"));
        Assert.That(decision.Until, Is.EqualTo(A.Morning + PodStartProblem.StartBound));
        var given =
            BuildPlanner.Decide(soon with { Now = A.Morning + PodStartProblem.StartBound }).Decision as StartOver;
        Assert.That(given!.Last.Reason.Name, Is.EqualTo("PodRefused"));
    }

    private static bool MustAsk(BuildSnapshot s) => PodEventsPolicy.MustAsk(s.Observe(s.Jobs[0]), s.Now);

    private static BuildSnapshot Snapshot(DateTime now, V1Job job, V1Pod? pod) =>
        new()
        {
            Now = now,
            Build = A.Build(1).Noting([job]),
            Jobs = [job],
            Pods = pod is null ? [] : [pod],
        };

    private static V1Job Job(string? condition = null, string? reason = null) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = KanikoJob.Name(A.Build(1), 1),
                Uid = "job",
                CreationTimestamp = A.Morning,
            },
            Status = new V1JobStatus
            {
                Conditions = condition is null
                    ? null
                    :
                    [
                        new V1JobCondition
                        {
                            Type = condition,
                            Status = "True",
                            Reason = reason,
                        },
                    ],
            },
        };

    private static V1Pod Pod(string phase, string? waiting = null) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = "pod",
                CreationTimestamp = A.Morning,
                OwnerReferences =
                [
                    new V1OwnerReference
                    {
                        ApiVersion = "batch/v1",
                        Kind = "Job",
                        Name = "job",
                        Uid = "job",
                        Controller = true,
                    },
                ],
            },
            Status = new V1PodStatus
            {
                Phase = phase,
                ContainerStatuses =
                [
                    new V1ContainerStatus
                    {
                        Name = KanikoJob.Container,
                        State = new V1ContainerState
                        {
                            Waiting = waiting is null ? null : new V1ContainerStateWaiting { Reason = waiting },
                        },
                    },
                ],
            },
        };
}
