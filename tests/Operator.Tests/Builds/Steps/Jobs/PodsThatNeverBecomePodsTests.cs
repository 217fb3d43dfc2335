using GemmaOperator.Builds.Reconcile;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;
using k8s.Models;

namespace Operator.Tests.Builds.Steps.Jobs;

/// <summary>
/// What the API server, a kubelet or a volume has against a Job's pod is told at once, in their words.
/// </summary>
internal sealed class PodsThatNeverBecomePodsTests
{
    private static readonly DateTime Soon = A.Morning + PodEventsPolicy.FirstLook;

    [TestCase("pods \"x\" is forbidden: exceeded quota: compute, requested: limits.cpu=2, used: 0, limited: 1")]
    [TestCase("pods \"x\" is forbidden: violates PodSecurity \"restricted:latest\": runAsNonRoot != true")]
    [TestCase("admission webhook \"validate.kyverno.svc\" denied the request: no latest tag")]
    [TestCase("pods \"x\" is forbidden: error looking up service account ml/builder: serviceaccount not found")]
    public void A_refused_pod_is_told_three_seconds_after_its_Job(string words)
    {
        var job = Given.KanikoJob(1);
        var s = Given.Snapshot(A.Build(1), Soon, [job]);
        Assert.That(PodEventsPolicy.MustAsk(s.Observe(job), s.Now), "the Job's events are asked for");
        var wait = (AwaitJob)
            BuildPlanner
                .Decide(
                    s with
                    {
                        Events = [new ObjectEvent(job.Metadata.Name, "FailedCreate", $"Error creating: {words}")],
                    }
                )
                .Decision;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(wait.Stage, Is.EqualTo("PodPending"));
            Assert.That(wait.Message, Does.Contain(words));
        }
    }

    [Test]
    public void A_Job_is_looked_at_again_three_seconds_after_it_was_made_and_then_twice_a_minute()
    {
        var observed = new ObservedJob(Given.KanikoJob(1), [], []);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(PodEventsPolicy.NextLook(observed, A.Morning.AddSeconds(1)), Is.EqualTo(Soon));
            Assert.That(PodEventsPolicy.NextLook(observed, Soon), Is.EqualTo(Soon + PodEventsPolicy.Patience));
        }
    }

    [TestCase("FailedAttachVolume", "Multi-Attach error for volume \"pvc-1\": Volume is already used by pod(s) other")]
    [TestCase("FailedMount", "MountVolume.SetUp failed for volume \"docker-config\": secret \"push\" not found")]
    public void A_volume_that_does_not_come_is_told_at_once(string reason, string words)
    {
        var job = Given.KanikoJob(1);
        var pod = Given.Pod(job, "Pending");
        var s = Given.Snapshot(A.Build(1), Soon, [job], [pod]);
        Assert.That(PodEventsPolicy.MustAsk(s.Observe(job), s.Now), "the pod's events are asked for");
        var wait = (AwaitJob)
            BuildPlanner.Decide(s with { Events = [new ObjectEvent(pod.Metadata.Name, reason, words)] }).Decision;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(wait.IsPending);
            Assert.That(wait.Message, Does.Contain(words));
        }
    }

    [TestCase("UnexpectedAdmissionError", "Allocate failed due to requested number of devices unavailable")]
    [TestCase("OutOfcpu", "Node didn't have enough resource: cpu, requested: 4000, used: 3000, capacity: 4000")]
    [TestCase("TopologyAffinityError", "Resources cannot be allocated with Topology locality")]
    [TestCase("SomethingOfTomorrow", "a device plugin's own words")]
    public void A_pod_that_a_kubelet_refuses_is_told_in_the_kubelet_s_words_and_tried_again(string reason, string words)
    {
        var job = Given.KanikoJob(1, "Failed", "BackoffLimitExceeded");
        var pod = Given.Pod(job, "Failed");
        (pod.Status.Reason, pod.Status.Message) = (reason, words);
        var pause = (BackOff)Given.Decide(A.Build(1), jobs: [job], pods: [pod]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pause.Last.Reason.Name, Is.EqualTo("Unschedulable"));
            Assert.That(pause.Last.IsTransient);
            Assert.That(pause.Last.Failure.Message, Does.Contain(reason).And.Contain(words));
        }
    }

    [Test]
    public void What_the_cluster_refuses_says_nothing_of_a_candidate()
    {
        var template = A.Build(1).Spec!.Template;
        var words = VerifyWords.For(template);
        using (Assert.EnterMultipleScope())
        {
            foreach (var trouble in new[] { words.Placement, words.Refused, words.Mount, words.Injected })
            {
                Assert.That(trouble.Reason.Name, Is.Not.EqualTo("PullTestFailed"));
            }
        }
    }

    [Test]
    public void A_refused_pod_s_container_is_found_by_name_and_never_taken_for_another()
    {
        var job = Given.KanikoJob(1, "Failed", "BackoffLimitExceeded");
        var pod = Given.Pod(job, "Failed");
        pod.Status.ContainerStatuses =
        [
            new V1ContainerStatus
            {
                Name = "linkerd-proxy",
                State = new V1ContainerState
                {
                    Terminated = new V1ContainerStateTerminated { ExitCode = 0, Message = A.Digest(7) },
                },
            },
        ];
        Assert.That(
            Given.Decide(A.Build(1), jobs: [job], pods: [pod]),
            Is.Not.InstanceOf<ConfirmPush>(),
            "another container's end is no push"
        );
    }
}
