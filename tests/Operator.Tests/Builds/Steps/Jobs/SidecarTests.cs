using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Reconcile;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Proof;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.References;
using k8s.Models;

namespace Operator.Tests.Builds.Steps.Jobs;

/// <summary>
/// A Job has done its work when our container has ended, whatever a mesh runs beside it; what the mesh breaks is told
/// as the mesh's.
/// </summary>
internal sealed class SidecarTests
{
    private const string Proxy = "istio-proxy";

    private static readonly V1ContainerState Runs = new() { Running = new V1ContainerStateRunning() };

    [Test]
    public void An_executor_that_has_pushed_is_believed_while_a_proxy_runs_on()
    {
        var job = Given.KanikoJob(1);
        var pod = Pod(job, "Running", (Proxy, Runs), (KanikoJob.Container, Ended(0, A.Digest(7))));
        Assert.That(
            Given.Decide(A.Build(1), jobs: [job], pods: [pod]),
            Is.EqualTo(new ConfirmPush(ImageDigest.Parse(A.Digest(7))))
        );
    }

    [Test]
    public void It_is_believed_too_when_the_proxy_fails_after_it_and_the_Job_with_that()
    {
        var job = Given.KanikoJob(1, "Failed", "BackoffLimitExceeded");
        var pod = Pod(job, "Failed", (Proxy, Ended(1, "boom")), (KanikoJob.Container, Ended(0, A.Digest(7))));
        Assert.That(Given.Decide(A.Build(1), jobs: [job], pods: [pod]), Is.InstanceOf<ConfirmPush>());
    }

    [Test]
    public void A_native_sidecar_that_is_still_to_be_ended_by_the_kubelet_delays_nothing()
    {
        var job = Given.KanikoJob(1);
        var pod = Pod(job, "Running", (KanikoJob.Container, Ended(0, A.Digest(7))));
        pod.Status.InitContainerStatuses = [new V1ContainerStatus { Name = Proxy, State = Runs }];
        Assert.That(Given.Decide(A.Build(1), jobs: [job], pods: [pod]), Is.InstanceOf<ConfirmPush>());
    }

    [Test]
    public void A_Job_without_anybody_beside_it_is_left_to_end_by_itself()
    {
        var job = Given.KanikoJob(1);
        var pod = Pod(job, "Running", (KanikoJob.Container, Ended(1, "error")));
        Assert.That(Given.Decide(A.Build(1), jobs: [job], pods: [pod]), Is.InstanceOf<AwaitJob>());
    }

    [Test]
    public void A_failure_is_read_and_told_before_the_Job_is_ended()
    {
        var job = Given.KanikoJob(1);
        var pod = Pod(job, "Running", (Proxy, Runs), (KanikoJob.Container, Ended(1, "boom")));
        var seen = Given.Snapshot(A.Build(1), jobs: [job], pods: [pod]);
        var pause = (BackOff)BuildPlanner.Decide(seen).Decision;
        var report = pause.After(seen);
        var then = seen.Then(report);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pause.At, Is.EqualTo(A.Morning + RetryBackoff.After(1)));
            Assert.That(BuildPlanner.LeavesJob(seen, pause, report), "nothing else would wake the build");
            Assert.That(
                BuildPlanner.Decide(then).Decision,
                Is.EqualTo(new EndJob(KanikoStep.Instance, job.Metadata.Name, Proxy))
            );
            Assert.That(
                BuildPlanner.Decide(then with { Jobs = [], Pods = [] }).Decision,
                Is.EqualTo(new PauseOver(KanikoStep.Instance, pause.At))
            );
        }
    }

    [Test]
    public void The_log_that_is_asked_for_is_the_executor_s()
    {
        var job = Given.KanikoJob(1);
        job.Spec = new V1JobSpec
        {
            Template = new V1PodTemplateSpec
            {
                Spec = new V1PodSpec
                {
                    Containers = [new V1Container { Name = Proxy }, new V1Container { Name = KanikoJob.Container }],
                },
            },
        };
        var failed = Pod(job, "Running", (Proxy, Runs), (KanikoJob.Container, Ended(1, "x")));
        var runs = Pod(job, "Running", (Proxy, Ended(1, "x")), (KanikoJob.Container, Runs));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ExecutorLogPolicy.Choose(Given.Snapshot(A.Build(1), jobs: [job], pods: [failed])), Is.Not.Null);
            Assert.That(ExecutorLogPolicy.Choose(Given.Snapshot(A.Build(1), jobs: [job], pods: [runs])), Is.Null);
        }
    }

    [Test]
    public void A_build_that_has_ended_leaves_no_Job_that_a_proxy_keeps_running()
    {
        var job = Given.KanikoJob(1);
        var pod = Pod(job, "Running", (Proxy, Runs), (KanikoJob.Container, Ended(1, "error: denied")));
        var seen = Given.Snapshot(A.Build(1).Retrying(0), jobs: [job], pods: [pod]);
        var end = (GiveUp)BuildPlanner.Decide(seen).Decision;
        var report = end.After(seen);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(end.Job, Is.Null, "its words are kept first");
            Assert.That(report.Status.Failure!.Container, Is.EqualTo(KanikoJob.Container));
            Assert.That(BuildPlanner.LeavesJob(seen, end, report));
            Assert.That(BuildPlanner.Decide(seen.Then(report)).Decision, Is.InstanceOf<EndJob>());
        }
    }

    [Test]
    public void A_candidate_s_report_counts_though_a_proxy_runs_on()
    {
        var build = A.Build(1).WithCandidate().With(t => t with { Verification = new VerificationTemplate() });
        build = build with { Status = build.Status! with { Verification = new VerificationStatus { User = "10001" } } };
        var job = Given.Job(VerifyJob.Name(build, 1));
        var pod = Pod(job, "Running", (Proxy, Runs), (VerifyJob.Container, Ended(0, "no report")));
        var step = (Reject)Given.Decide(build, jobs: [job], pods: [pod]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Failure.Failure.Message, Does.Contain("isn't JSON"), "it is read at once");
            Assert.That(step.Job, Is.Null);
        }
    }

    [Test]
    public void An_init_container_of_a_mesh_that_fails_is_named_and_not_ours()
    {
        var job = Given.KanikoJob(1, "Failed", "BackoffLimitExceeded");
        var pod = Pod(
            job,
            "Failed",
            (
                KanikoJob.Container,
                new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "PodInitializing" } }
            )
        );
        pod.Status.InitContainerStatuses =
        [
            new V1ContainerStatus { Name = "istio-init", State = Ended(255, "iptables: Permission denied") },
        ];
        var pause = (BackOff)Given.Decide(A.Build(1), jobs: [job], pods: [pod]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pause.Last.Reason.Name, Is.EqualTo("InjectedContainerFailed"));
            Assert.That(pause.Last.Failure.Container, Is.EqualTo("istio-init"));
            Assert.That(
                pause.Last.Failure.Message,
                Does.Contain("\"istio-init\"")
                    .And.Contain("isn't the operator's")
                    .And.Contain("iptables: Permission denied")
            );
        }
    }

    [Test]
    public void A_proxy_that_ends_again_and_again_is_told_at_once_and_given_up_after_a_while()
    {
        var job = Given.KanikoJob(1);
        var pod = Pod(
            job,
            "Pending",
            (
                KanikoJob.Container,
                new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "PodInitializing" } }
            )
        );
        pod.Status.InitContainerStatuses =
        [
            new V1ContainerStatus
            {
                Name = Proxy,
                RestartCount = 4,
                State = new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "CrashLoopBackOff" } },
                LastState = Ended(1, "cannot reach istiod"),
            },
        ];
        var wait = (AwaitJob)Given.Decide(A.Build(1), jobs: [job], pods: [pod]);
        var over = Given.Decide(A.Build(1), A.Morning + PodStartProblem.StartBound, [job], [pod]) as StartOver;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(wait.HeldBy, Is.EqualTo(BuildHold.PodPending));
            Assert.That(wait.Message, Does.Contain($"\"{Proxy}\"").And.Contain("cannot reach istiod"));
            Assert.That(over!.Last.Reason.Name, Is.EqualTo("InjectedContainerFailed"));
        }
    }

    [Test]
    public void A_proxy_whose_image_does_not_come_ends_no_build_that_runs()
    {
        var job = Given.KanikoJob(1);
        var waits = new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "ImagePullBackOff" } };
        var pod = Pod(job, "Running", (Proxy, waits), (KanikoJob.Container, Runs));
        var late = A.Morning + PodStartProblem.StartBound;
        Assert.That(
            Given.Decide(A.Build(1), late, [job], [pod]),
            Is.InstanceOf<AwaitJob>().With.Property(nameof(AwaitJob.IsPending)).False
        );
    }

    private static V1ContainerState Ended(int code, string message) =>
        new()
        {
            Terminated = new V1ContainerStateTerminated
            {
                ExitCode = code,
                Message = message,
                FinishedAt = A.Morning,
            },
        };

    private static V1Pod Pod(V1Job job, string phase, params (string Name, V1ContainerState State)[] containers)
    {
        var pod = Given.Pod(job, phase);
        pod.Status.ContainerStatuses =
        [
            .. containers.Select(c => new V1ContainerStatus { Name = c.Name, State = c.State }),
        ];
        return pod;
    }
}
