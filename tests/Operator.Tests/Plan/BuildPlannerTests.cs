using GemmaOperator.Api;
using GemmaOperator.Build;
using GemmaOperator.Plan;
using k8s.Models;

namespace Operator.Tests.Plan;

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
    public void A_finished_Job_whose_pod_has_not_been_seen_finished_is_waited_for() =>
        Assert.That(Decide(A.Build(1), Job(1, "Complete")), Is.InstanceOf<BuildDecision.AwaitJob>());

    [Test]
    public void A_finished_Job_whose_pod_is_gone_is_confirmed_by_the_registry_alone()
    {
        var late = A.Morning + BuildPlanner.PodPatience;
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
        var later = Decide(A.Build(1), A.Morning + RetryDelay.After(1), [failed], [evicted]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pause, Is.InstanceOf<BuildDecision.BackOff>().With.Property("At").EqualTo(A.Morning + RetryDelay.After(1)));
            Assert.That(later, Is.EqualTo(new BuildDecision.StartJob(2)));
        }
    }

    [Test]
    public void A_candidate_is_assembled_and_then_promoted()
    {
        var build = A.Build(1) with { Status = new GemmaBuildStatus { Attempts = 1, Candidate = A.Image(1) } };
        var assembled = build with { Status = build.Status! with { Application = A.Image(1, "app") } };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Decide(build), Is.EqualTo(new BuildDecision.Assemble(A.Image(1), build.Spec!.Template.Application!)));
            Assert.That(Decide(assembled), Is.EqualTo(new BuildDecision.Promote(A.Image(1))));
        }
    }

    [Test]
    public void A_reused_base_needs_no_Job()
    {
        var build = A.Build(2);
        build = build with { Spec = build.Spec! with { Template = build.Spec.Template with { ReuseBase = A.Image(1) } } };
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
    public void What_has_ended_stays_ended() =>
        Assert.That(Decide(A.Build(1).Succeeded()), Is.EqualTo(new BuildDecision.Finished()));

    private static BuildDecision Decide(GemmaBuild build, params V1Job[] jobs) => Decide(build, A.Morning, jobs, []);

    private static BuildDecision Decide(GemmaBuild build, DateTime now, params V1Job[] jobs) => Decide(build, now, jobs, []);

    private static BuildDecision Decide(GemmaBuild build, DateTime now, IReadOnlyList<V1Job> jobs, IReadOnlyList<V1Pod> pods) =>
        BuildPlanner.Decide(new BuildSnapshot { Now = now, Build = build, Jobs = jobs, Pods = pods });

    private static V1Job Job(int attempt, string? condition = null, string? reason = null) => new()
    {
        Metadata = new V1ObjectMeta { Name = KanikoJob.Name(A.Build(1), attempt), Uid = $"job-{attempt}" },
        Status = new V1JobStatus
        {
            CompletionTime = condition == "Complete" ? A.Morning : null,
            Conditions = condition is null
                ? null
                : [new V1JobCondition { Type = condition, Status = "True", Reason = reason, LastTransitionTime = A.Morning }],
        },
    };

    private static V1Pod Pod(V1Job job, string phase) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = job.Metadata.Name + "-x",
            OwnerReferences = [new V1OwnerReference { ApiVersion = "batch/v1", Kind = "Job", Name = job.Metadata.Name, Uid = job.Metadata.Uid }],
        },
        Status = new V1PodStatus { Phase = phase },
    };
}
