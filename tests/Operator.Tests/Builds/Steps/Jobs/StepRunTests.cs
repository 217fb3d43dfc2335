using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;

namespace Operator.Tests.Builds.Steps.Jobs;

/// <summary>The ledger of attempts: what is remembered between two looks, and read of older releases.</summary>
internal sealed class StepRunTests
{
    private static readonly JobStep[] Steps = [KanikoStep.Instance, VerifyStep.Instance, ScanStep.Instance];

    [TestCaseSource(nameof(Steps))]
    public void What_is_written_is_read_again(JobStep step)
    {
        var run = new StepRun(2, step.JobName(A.Build(1), 2)).Announced(A.Morning.AddSeconds(30));
        var snapshot = Given.Snapshot(A.Build(1));
        var status = run.Write(snapshot.Status, step, A.Morning);
        Assert.That(StepRun.Read(Given.Snapshot(A.Build(1) with { Status = status }), step), Is.EqualTo(run));
        Assert.That(status.Steps.Single().Name, Is.EqualTo(step.Name));
    }

    [Test]
    public void The_status_speaks_of_the_build_s_Jobs_as_it_always_has()
    {
        var build = new StepRun(2, "gemma-b1-a2").Write(new GemmaBuildStatus(), KanikoStep.Instance, A.Morning);
        Assert.That((build.Attempts, build.JobRef!.Name), Is.EqualTo((2, "gemma-b1-a2")));
        var over = new StepRun(2, "gemma-b1-a2").Over(3).Write(build, KanikoStep.Instance, A.Morning);
        Assert.That((over.Attempts, over.JobRef), Is.EqualTo((2, (LocalReference?)null)));
        var verified = new StepRun(1, "gemma-b1-v1").Write(build, VerifyStep.Instance, A.Morning);
        Assert.That((verified.Attempts, verified.JobRef!.Name), Is.EqualTo((2, "gemma-b1-a2")));
    }

    [Test]
    public void A_build_that_an_older_release_started_goes_on_with_its_attempt()
    {
        var build = A.Build(1) with
        {
            Status = new GemmaBuildStatus
            {
                Attempts = 2,
                JobRef = new LocalReference { Name = KanikoJob.Name(A.Build(1), 2) },
                Steps =
                [
                    new BuildStepStatus
                    {
                        Name = StepLog.Build,
                        Result = "Running",
                        StartTime = A.Morning,
                    },
                ],
            },
        };
        var wait = Given.Decide(build, jobs: [Given.KanikoJob(1, "Failed"), Given.KanikoJob(2)]) as AwaitJob;
        Assert.That(wait!.Attempt, Is.EqualTo(2));
        var line = wait.After(Given.Snapshot(build)).Status.Steps.Single();
        Assert.That((line.Attempts, line.Job, line.StartTime), Is.EqualTo((2, KanikoJob.Name(build, 2), A.Morning)));
    }

    [TestCase(0)]
    [TestCase(2)]
    public void A_verification_without_a_ledger_begins_anew_whoever_made_a_Job_of_its_name(int jobs)
    {
        var build = Proving(null);
        var there = Enumerable.Range(1, jobs).Select(n => Given.Job(VerifyJob.Name(build, n))).ToList();
        var snapshot = Given.Snapshot(build, jobs: there) with { Build = build };
        Assert.That(StepRun.Read(snapshot, VerifyStep.Instance), Is.EqualTo(StepRun.None));
        Assert.That(
            JobFlow.Decide(VerifyStep.Instance, snapshot),
            Is.EqualTo(new StartVerify(1)),
            "what is there is compared when it is to be made"
        );
    }

    [Test]
    public void A_Job_of_another_uid_is_not_the_one_that_was_made()
    {
        var build = Proving(null);
        var name = VerifyJob.Name(build, 1);
        var ledger = build with
        {
            Status = new StepRun(1, name, Uid: "made").Write(build.Status!, VerifyStep.Instance, A.Morning),
        };
        var job = Given.Job(name, "Complete");
        job.Metadata.Uid = "another";
        var over = JobFlow.Decide(VerifyStep.Instance, Given.Snapshot(ledger, jobs: [job])) as StartOver;
        Assert.That(over!.Last.Reason, Is.EqualTo(FailureReason.NotOurs));
        Assert.That(over.Next, Is.EqualTo(2));
        job.Metadata.Uid = "made";
        Assert.That(
            JobFlow.Decide(VerifyStep.Instance, Given.Snapshot(ledger, jobs: [job])),
            Is.Not.InstanceOf<StartOver>()
        );
    }

    [Test]
    public void A_Job_with_a_pod_that_it_did_not_ask_for_is_made_anew()
    {
        var build = Proving(null);
        var name = VerifyJob.Name(build, 1);
        var ledger = build with { Status = new StepRun(1, name).Write(build.Status!, VerifyStep.Instance, A.Morning) };
        var job = Given.Job(name, "Complete");
        var over =
            JobFlow.Decide(
                VerifyStep.Instance,
                Given.Snapshot(ledger, jobs: [job]) with
                {
                    ForeignPods = [new ForeignPod(job.Metadata.Uid, "x", "spec.containers[verify].image")],
                }
            ) as StartOver;
        Assert.That(over!.Last.Reason, Is.EqualTo(FailureReason.NotOurs));
        Assert.That(over.Last.Detail, Does.Contain("Pod x isn't what its Job asks for"));
    }

    [TestCase(null, 1)]
    [TestCase(1, 2)]
    public void A_scan_of_an_older_release_is_counted_by_its_retries(int? retries, int attempt)
    {
        var build = Proving(retries);
        Assert.That(StepRun.Read(Given.Snapshot(build), ScanStep.Instance).Current, Is.EqualTo(attempt));
        var run = StepRun.Read(
            Given.Snapshot(build, jobs: [Given.Job(ScanJob.Name(build, attempt))]),
            ScanStep.Instance
        );
        Assert.That((run.Current, run.Job), Is.EqualTo((attempt, (string?)null)));
    }

    /// <summary>Whatever the sentence says, and however often it is looked at.</summary>
    [TestCase("Attempt 1 failed; attempt 2 follows")]
    [TestCase("something else altogether")]
    public void A_retry_is_announced_exactly_once(string sentence)
    {
        var job = Given.KanikoJob(1, "Failed", "PodFailurePolicy");
        var snapshot = Given.Snapshot(A.Build(1), jobs: [job], pods: [Given.Evicted(job)]);
        var events = 0;
        for (var pass = 0; pass < 5; pass++)
        {
            var step = Given.Decide(snapshot.Build, snapshot.Now, snapshot.Jobs, snapshot.Pods);
            Assert.That(step, Is.InstanceOf<BackOff>());
            var report = step.After(snapshot);
            events += report.Event is null ? 0 : 1;
            foreach (var condition in report.Status.Conditions)
            {
                condition.Message = sentence;
            }

            snapshot = snapshot.Then(report) with { Now = snapshot.Now.AddSeconds(3) };
        }

        Assert.That(events, Is.EqualTo(1));
    }

    [Test]
    public void A_pause_lasts_as_long_as_was_announced_though_the_Job_does_not_say_when_it_ended()
    {
        var job = Given.KanikoJob(1, "Failed", "PodFailurePolicy");
        job.Status.Conditions[0].LastTransitionTime = null;
        var snapshot = Given.Snapshot(A.Build(1), jobs: [job], pods: [Given.Evicted(job)]);
        var paused = snapshot.Then(
            Given.Decide(snapshot.Build, snapshot.Now, snapshot.Jobs, snapshot.Pods).After(snapshot)
        );
        Assert.That(
            Given.Decide(paused.Build, A.Morning + RetryBackoff.After(1), paused.Jobs, paused.Pods),
            Is.EqualTo(new StartKaniko(2))
        );
    }

    private static GemmaBuild Proving(int? retries)
    {
        var build = A.Build(1)
            .WithCandidate()
            .With(t => t with { Verification = new VerificationTemplate { Scan = new ScanSpec() } });
        return build with
        {
            Status = build.Status! with
            {
                Verification = new VerificationStatus { User = "10001", ScanRetries = retries },
            },
        };
    }
}
