using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;
using Operator.Tests.Cluster;

namespace Operator.Tests.Builds.Steps.Kaniko;

internal sealed class FailureClassifierTests
{
    [TestCase(
        "Evicted",
        "The node was low on resource: ephemeral-storage. Threshold quantity: 2146223340, available: 1883424Ki. ",
        "Evicted",
        true
    )]
    [TestCase(
        "Evicted",
        "Usage of EmptyDir volume \"scratch\" exceeds the limit \"100Gi\". ",
        "EphemeralStorageExceeded",
        false
    )]
    [TestCase(
        "Evicted",
        "Pod ephemeral local storage usage exceeds the total limit of containers 16Gi. ",
        "EphemeralStorageExceeded",
        false
    )]
    [TestCase("NodeLost", "Node n which was running pod p is unresponsive", "NodeLost", true)]
    [TestCase("Terminated", "Pod was terminated in response to imminent node shutdown.", "NodeLost", true)]
    [TestCase("OutOfcpu", "Pod was rejected: Node didn't have enough resource: cpu", "Unschedulable", true)]
    public void What_the_kubelet_says_of_the_pod_comes_first(
        string podReason,
        string message,
        string reason,
        bool isTransient
    )
    {
        var pod = FailedAttempt.Ended(137, "Error", "error pushing image: failed to push");
        pod.Status.Reason = podReason;
        pod.Status.Message = message;
        var failure = FailedAttempt.Classify(FailedAttempt.Failed("BackoffLimitExceeded"), [pod], [], "");
        Assert.That((failure.Failure.Reason, failure.IsTransient), Is.EqualTo((reason, isTransient)));
        Assert.That(failure.Failure.Message, Does.Contain(message.Trim().TrimEnd('.')));
    }

    [TestCase("DeletionByTaintManager", "NodeLost")]
    [TestCase("DeletionByPodGC", "NodeLost")]
    [TestCase("PreemptionByScheduler", "Evicted")]
    [TestCase("EvictionByEvictionAPI", "Evicted")]
    public void A_disruption_is_transient(string disruption, string reason)
    {
        var pod = FailedAttempt.Ended(137, "Error", "");
        pod.Status.Conditions =
        [
            new V1PodCondition
            {
                Type = "DisruptionTarget",
                Status = "True",
                Reason = disruption,
                Message = "moved",
            },
        ];
        var failure = FailedAttempt.Classify(FailedAttempt.Failed("BackoffLimitExceeded"), [pod], [], "");
        Assert.That((failure.Failure.Reason, failure.IsTransient), Is.EqualTo((reason, true)));
    }

    [Test]
    public void An_OOM_kill_names_the_limit()
    {
        var pod = FailedAttempt.Ended(137, "OOMKilled", "half a log");
        pod.Spec = new V1PodSpec
        {
            Containers =
            [
                new V1Container
                {
                    Name = "kaniko",
                    Resources = new V1ResourceRequirements
                    {
                        Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("16Gi") },
                    },
                },
            ],
        };
        var failure = FailedAttempt.Classify(FailedAttempt.Failed("BackoffLimitExceeded"), [pod], [], "");
        Assert.That(failure.Failure.Message, Does.Contain("limit of 16Gi"));
        Assert.That(failure.Failure.LogTail, Is.EqualTo("half a log"));
    }

    [Test]
    public void A_recorded_failure_is_understood()
    {
        var failure = FailedAttempt.Classify(
            RecordedJobs.Job("fail"),
            [RecordedJobs.Pod("fail")],
            RecordedJobs.Events("fail"),
            ""
        );
        Assert.That(failure.Failure.Message, Does.StartWith("The executor ended with exit code 3"));
        Assert.That(failure.Failure.LogTail, Is.EqualTo("error: denied"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_recorded_deadline_is_a_timeout_with_the_pod_or_without(bool withPod)
    {
        var failure = FailedAttempt.Classify(
            RecordedJobs.Job("late"),
            withPod ? [RecordedJobs.Pod("late")] : [],
            RecordedJobs.Events("late"),
            ""
        );
        Assert.That((failure.Failure.Reason, failure.IsTransient), Is.EqualTo(("TimedOut", false)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_recorded_deadline_of_a_pod_that_never_got_its_image_says_so(bool withPod)
    {
        var failure = FailedAttempt.Classify(
            RecordedJobs.Job("noimage"),
            withPod ? [RecordedJobs.Pod("noimage")] : [],
            RecordedJobs.Events("noimage"),
            ""
        );
        Assert.That((failure.Failure.Reason, failure.IsTransient), Is.EqualTo(("ExecutorImagePull", false)));
        Assert.That(failure.Failure.Message, Does.Contain("127.0.0.1:5000/none/none:1: not found"));
    }

    [Test]
    public void A_deleted_Job_is_lost() =>
        Assert.That(
            JobFailureClassifier.ClassifyLost(KanikoWords.For(new BuildTemplate())).Reason,
            Is.EqualTo(FailureReason.JobLost)
        );

    [Test]
    public void The_log_of_another_attempt_says_nothing_of_this_one()
    {
        var job = FailedAttempt.Failed("BackoffLimitExceeded");
        var failure = FailureClassifier.Classify(
            new ObservedJob(job, [FailedAttempt.Ended(1, "Error", "no such flag")], []),
            new FailedLog.Given("", RequirementOrigin.None),
            new ExecutorLog(job.Metadata.Name + "-other", "error pushing image: failed to push to destination x")
        );
        Assert.That(failure.Failure.LogTail, Is.EqualTo("no such flag"));
    }

    [Test]
    public void The_digest_is_read_from_a_succeeded_pod_and_nothing_else()
    {
        Assert.That(
            DigestReport
                .Read(Done([FailedAttempt.Ended(0, "Completed", BuildExamples.Digest + "\n")]))
                .Value.ToString(),
            Is.EqualTo(BuildExamples.Digest)
        );
        Assert.That(
            DigestReport.Read(Done([RecordedJobs.Pod("ok")])).Problems.Single().Problem,
            Is.EqualTo("it isn't a digest but \"sha256:abc\"")
        );
        Assert.That(DigestReport.Read(Done([])).Problems.Single().Problem, Does.Contain("no pod"));
        Assert.That(
            DigestReport.Read(Done([FailedAttempt.Ended(1, "Error", BuildExamples.Digest)])).Problems,
            Is.Not.Empty
        );
    }

    private static ObservedJob Done(IReadOnlyList<V1Pod> pods) => new(FailedAttempt.Failed("none"), pods, []);
}
