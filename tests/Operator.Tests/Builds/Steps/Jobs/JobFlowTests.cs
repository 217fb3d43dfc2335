using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Cluster;
using k8s.Models;

namespace Operator.Tests.Builds.Steps.Jobs;

/// <summary>The Job of a step is followed alike, whichever step it is; here it is the build's.</summary>
internal sealed class JobFlowTests
{
    [Test]
    public void A_running_Job_is_waited_for() => Assert.That(Decide(Given.KanikoJob(1)), Is.InstanceOf<AwaitJob>());

    /// <summary>Kueue suspends a Job until its queue has room, for however long that takes.</summary>
    [Test]
    public void A_Job_that_a_queue_suspends_is_waited_for()
    {
        var job = Given.KanikoJob(1);
        job.Spec = new V1JobSpec { Suspend = true };
        Assert.That(Given.Decide(A.Build(1), A.Morning.AddDays(3), [job]), Is.InstanceOf<AwaitJob>());
    }

    [Test]
    public void A_Job_on_its_way_to_failure_is_waited_for() =>
        Assert.That(Decide(Given.KanikoJob(1, "FailureTarget")), Is.InstanceOf<AwaitJob>());

    [Test]
    public void A_Job_whose_pod_never_ends_has_lost_its_node()
    {
        var late = A.Morning + ObservedJob.NodePatience;
        Assert.That(
            Given.Decide(A.Build(1), late.AddSeconds(-1), [Given.KanikoJob(1, "FailureTarget")]),
            Is.InstanceOf<AwaitJob>().With.Property("Until").EqualTo(late)
        );
        var lost = Given.Decide(A.Build(1), late, [Given.KanikoJob(1, "FailureTarget")]) as StartOver;
        Assert.That(lost!.Last.Reason.Name, Is.EqualTo("NodeLost"));
        var over = Given.Decide(A.Build(1), late, [Given.KanikoJob(1, "FailureTarget", "DeadlineExceeded")]) as GiveUp;
        Assert.That(over!.Failure.Reason.Name, Is.EqualTo("TimedOut"));
        Assert.That(over.Job, Is.EqualTo(KanikoJob.Name(A.Build(1), 1)), "the Job hasn't ended and goes");
    }

    [Test]
    public void A_finished_Job_whose_pod_has_not_been_seen_finished_is_waited_for() =>
        Assert.That(Decide(Given.KanikoJob(1, "Complete")), Is.InstanceOf<AwaitJob>());

    [Test]
    public void A_finished_Job_whose_pod_is_gone_is_confirmed_by_the_registry_alone() =>
        Assert.That(
            Given.Decide(A.Build(1), A.Morning + ObservedJob.PodPatience, [Given.KanikoJob(1, "Complete")]),
            Is.EqualTo(new ConfirmPush(null))
        );

    [TestCase(0)]
    [TestCase(7)]
    public void A_pod_that_is_seen_running_after_its_Job_has_succeeded_will_show_its_end(int hoursAhead)
    {
        // Whatever the clock says by which the Job ended: the operator's may be ahead of it.
        var now = A.Morning.AddHours(hoursAhead);
        var job = Given.KanikoJob(1, "Complete");
        Assert.That(
            Given.Decide(A.Build(1), now, [job], [Given.Pod(job, "Running")]),
            Is.InstanceOf<AwaitJob>().With.Property("Until").EqualTo(now + ObservedJob.PodPatience)
        );
    }

    [Test]
    public void A_transient_failure_pauses_and_then_starts_the_next_attempt()
    {
        var failed = Given.KanikoJob(1, "Failed", "PodFailurePolicy");
        var at = A.Morning + RetryBackoff.After(1);
        var pause = Given.Decide(A.Build(1), A.Morning, [failed], [Given.Evicted(failed)]);
        var later = Given.Decide(A.Build(1), at, [failed], [Given.Evicted(failed)]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pause, Is.InstanceOf<BackOff>().With.Property("At").EqualTo(at));
            Assert.That(later, Is.EqualTo(new StartKaniko(2)));
        }
    }

    [Test]
    public void A_failed_Job_that_goes_during_its_pause_is_not_sought_and_the_pause_lasts()
    {
        var failed = Given.KanikoJob(1, "Failed", "PodFailurePolicy");
        var seen = Given.Snapshot(A.Build(1), jobs: [failed], pods: [Given.Evicted(failed)]);
        var announced = A.Build(1) with
        {
            Status = Given.Decide(A.Build(1), seen.Now, seen.Jobs, seen.Pods).After(seen).Status,
        };
        var at = A.Morning + RetryBackoff.After(1);
        var without = Given.Snapshot(announced, at.AddSeconds(-5));
        var waiting = Given.Decide(announced, without.Now);
        var report = waiting.After(without);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(waiting, Is.EqualTo(new PauseOver(KanikoStep.Instance, at)));
            Assert.That(report.Event, Is.Null, "the retry was told when the pause began");
            Assert.That(report.Status.Conditions, Is.EqualTo(announced.Status!.Conditions));
            Assert.That(report.Next, Is.EqualTo(new LookAgain.After(TimeSpan.FromSeconds(5))));
            Assert.That(Given.Decide(announced, at), Is.EqualTo(new StartKaniko(2)));
        }
    }

    [Test]
    public void Blame_an_evicted_pod_that_is_gone_stays_evicted()
    {
        var failed = Given.KanikoJob(1, "Failed", "PodFailurePolicy");
        var seen = Given.Snapshot(A.Build(1), jobs: [failed], pods: [Given.Evicted(failed)]);
        var told = A.Build(1) with
        {
            Status = Given.Decide(A.Build(1), seen.Now, seen.Jobs, seen.Pods).After(seen).Status,
        };
        Assert.That(told.Status!.Conditions.Select(c => c.Message), Has.Some.Contains("low on resource"));
        var at = A.Morning + RetryBackoff.After(1);
        foreach (var seconds in (double[])[1, 14, 16, 25])
        {
            var now = A.Morning.AddSeconds(seconds);
            var without = Given.Snapshot(told, now, jobs: [failed]);
            var step = Given.Decide(told, now, [failed]);
            Assert.That(step, Is.EqualTo(new PauseOver(KanikoStep.Instance, at)), $"after {seconds} s");
            Assert.That(step.After(without).Status.Conditions, Is.EqualTo(told.Status.Conditions));
            Assert.That(step.After(without).Event, Is.Null);
        }

        Assert.That(Given.Decide(told, at, [failed]), Is.EqualTo(new StartKaniko(2)));
    }

    [Test]
    public void A_Job_that_the_cache_does_not_have_is_sought_and_its_loss_costs_an_attempt()
    {
        var build = Started(1);
        var snapshot = Given.Snapshot(build);
        var seek = (SeekJob)Given.Decide(build);
        var lost = seek.After(snapshot, JobSighting.Gone);
        var behind = seek.After(snapshot, JobSighting.There);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(seek.Next, Is.EqualTo(2));
            Assert.That(lost.Event!.Reason, Is.EqualTo("JobLost"));
            Assert.That(lost.Next, Is.EqualTo(new LookAgain.Now()));
            Assert.That(behind.Status.JobRef, Is.EqualTo(build.Status!.JobRef), "only the cache was behind");
            Assert.That(behind.Next, Is.EqualTo(new LookAgain.After(TimeSpan.FromSeconds(10))));
            Assert.That(Given.Decide(build with { Status = lost.Status }), Is.EqualTo(new StartKaniko(2)));
        }

        var last = Started(3);
        var end = ((SeekJob)Given.Decide(last)).After(Given.Snapshot(last), JobSighting.Gone);
        Assert.That(
            end.Status.Conditions.Select(c => $"{c.Type} {c.Status} {c.Reason}"),
            Is.EqualTo(new[] { "Succeeded False JobLost" })
        );
        Assert.That(end.Event!.Reason, Is.EqualTo("JobLost"));
    }

    [TestCase(0)]
    [TestCase(1)]
    public void A_pod_that_no_node_takes_is_tried_again_as_often_as_may_be_and_then_fails_by_its_name(int retries)
    {
        var build = A.Build(1).Retrying(retries);
        var job = Given.KanikoJob(1);
        var (soon, late) = (Snapshot(A.Morning.AddMinutes(1)), Snapshot(A.Morning + PodStartProblem.SchedulingBound));
        Assert.That(Report(soon).Status.Conditions[0].Reason, Is.EqualTo("PodPending"));
        Assert.That(Report(soon).Status.HeldBy?.Value, Is.EqualTo(BuildHold.PodPending));
        var report = Report(late);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Given.Decide(build, late.Now, late.Jobs, late.Pods),
                Is.InstanceOf(retries == 0 ? typeof(GiveUp) : typeof(StartOver))
            );
            Assert.That(report.Status.Conditions[0].Reason, Is.EqualTo(retries == 0 ? "Unschedulable" : "BackingOff"));
            Assert.That(report.Status.Conditions[0].Message, Does.Contain("3 Insufficient memory"));
            Assert.That(report.Status.HeldBy?.Value, Is.EqualTo(retries == 0 ? null : BuildHold.BackingOff));
            Assert.That(report.Event!.Reason, Is.EqualTo("Unschedulable"));
            Assert.That(retries == 0 || Given.Decide(build with { Status = report.Status }).Equals(new StartKaniko(2)));
        }

        BuildSnapshot Snapshot(DateTime now) => Given.Snapshot(build, now, [job], [Given.Unplaced(job)]);

        static StepReport Report(BuildSnapshot s) => Given.Decide(s.Build, s.Now, s.Jobs, s.Pods).After(s);
    }

    private static BuildStep Decide(V1Job job) => Given.Decide(A.Build(1), jobs: [job]);

    /// <summary>As an older release left it: without a ledger.</summary>
    private static GemmaBuild Started(int attempts) =>
        A.Build(1) with
        {
            Status = new GemmaBuildStatus
            {
                Attempts = attempts,
                JobRef = new LocalReference { Name = KanikoJob.Name(A.Build(1), attempts) },
            },
        };
}
