using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Reconcile;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Proof;
using GemmaOperator.Builds.Steps.Scan;
using k8s.Models;

namespace Operator.Tests.Builds.Steps.Scan;

internal sealed class ScanStepTests
{
    private static readonly VerificationStatus Proved = new() { User = "10001", Uid = 10001 };

    [Test]
    public void A_scan_follows_the_pull_test() => Assert.That(Decide(Proved), Is.EqualTo(new StartScan(1)));

    [Test]
    public void A_scan_that_runs_is_waited_for() =>
        Assert.That(Decide(Proved, Pod(null, null)), Is.InstanceOf<AwaitJob>());

    [Test]
    public void A_report_counts_at_once_whatever_the_scanner_s_own_exit_code_says_of_findings()
    {
        var clean = ScanSummary.Write(new ScanStatus { Low = 1 });
        var accepted = Decide(Proved, Pod(End(1), End(0, clean)), ScannerKind.OSVScanner) as Accept;
        Assert.That(accepted!.Found.Scan!.Low, Is.EqualTo(1));
        Assert.That(accepted.Found.Uid, Is.EqualTo(10001), "what was proved before stays");
    }

    [Test]
    public void OSV_Scanner_that_found_something_isn_t_broken_while_its_report_is_read() =>
        Assert.That(Decide(Proved, Pod(End(1), null), ScannerKind.OSVScanner), Is.InstanceOf<AwaitJob>());

    [TestCase(ScannerKind.Trivy, 1)]
    [TestCase(ScannerKind.OSVScanner, 127)]
    public void A_broken_scanner_is_tried_again_after_a_pause_and_its_Job_deleted(ScannerKind scanner, int exitCode)
    {
        var pod = Pod(End(exitCode, "FATAL no database"), null);
        var pause = Decide(Proved, pod, scanner) as BackOff;
        Assert.That(pause!.At, Is.EqualTo(A.Morning + RetryBackoff.After(1)));
        Assert.That(pause.Last.Detail, Does.Contain("FATAL no database"));
        Assert.That(
            Decide(Proved, pod, scanner, now: pause.At),
            Is.EqualTo(new StartOver(ScanStep.Instance, JobName(1), 2, pause.Last))
        );
        Assert.That(Decide(Proved with { ScanRetries = 1 }, pod, scanner), Is.EqualTo(new StartScan(2)));
    }

    [Test]
    public void A_scan_whose_node_is_lost_is_worth_another_attempt_as_every_failed_scan_is()
    {
        var build = A.Build(1).With(t => t with { Verification = new VerificationTemplate { Scan = new ScanSpec() } });
        var stranded = ScanStep.Instance.ClassifyStranded(
            Given.Snapshot(build),
            Given.Job(JobName(1), "FailureTarget", "DeadlineExceeded")
        );
        Assert.That(stranded.IsTransient);
    }

    [TestCase("cut", "{\"critical\":")]
    [TestCase("empty", "")]
    public void A_reduced_report_that_can_not_be_read_is_no_clean_bill(string name, string message)
    {
        var decision = Decide(Proved, Pod(End(0), End(0, message)), retries: 0) as Reject;
        Assert.That(decision!.Failure.Reason.Name, Is.EqualTo("ScannerUnavailable"), name);
    }

    [Test]
    public void A_report_that_is_none_says_what_it_was()
    {
        var decision =
            Decide(
                Proved,
                Pod(End(0), End(3, "gemma-operator report: /report/scan.json: the report isn't JSON")),
                retries: 0
            ) as Reject;
        Assert.That(decision!.Failure.Detail, Does.Contain("the report isn't JSON"));
        Assert.That(decision.Job, Is.EqualTo(JobName(1)), "the Job is still open and goes");
    }

    [TestCase(6, false)]
    [TestCase(8, true)]
    public void A_candidate_that_an_old_database_found_nothing_in_says_so(int days, bool isTold)
    {
        var said = ScanSummary.Write(new ScanStatus(), A.Morning.AddDays(-days));
        var accepted = Decide(Proved with { Warnings = ["runs as root"] }, Pod(End(0), End(0, said))) as Accept;
        Assert.That(
            accepted!.Found.Warnings,
            Is.EqualTo(
                isTold
                    ? new[]
                    {
                        "runs as root",
                        $"The candidate was scanned by a database of {A.Morning.AddDays(-days):yyyy-MM-dd}, which "
                            + "knows nothing newer",
                    }
                    : ["runs as root"]
            )
        );
    }

    [Test]
    public void A_database_that_can_not_be_copied_is_told_and_tried_again()
    {
        var pod = Pod(null, null);
        pod.Status.InitContainerStatuses =
        [
            new V1ContainerStatus
            {
                Name = ScannerPod.DatabaseCopier,
                State = new V1ContainerState
                {
                    Terminated = End(3, "gemma-operator copy-database: /database: there is no file"),
                },
            },
        ];
        var pause = Decide(Proved, pod) as BackOff;
        Assert.That(
            pause!.Last.Detail,
            Does.Contain("its database couldn't be copied").And.Contain("there is no file")
        );
    }

    private static string JobName(int attempt) => ScanJob.Name(A.Build(1), attempt);

    private static BuildStep Decide(
        VerificationStatus seen,
        V1Pod? pod = null,
        ScannerKind scanner = ScannerKind.Trivy,
        int retries = 2,
        DateTime? now = null
    )
    {
        var build = A.Build(1);
        build = build with
        {
            Spec = build.Spec! with
            {
                Template = build.Spec.Template with
                {
                    Build = build.Spec.Template.Build with { Retries = retries },
                    Verification = new VerificationTemplate
                    {
                        Scan = new ScanSpec { Enabled = true, Scanner = scanner },
                    },
                },
            },
            Status = new GemmaBuildStatus
            {
                Attempts = 1,
                Steps =
                    pod is null || seen.ScanRetries > 0
                        ? []
                        :
                        [
                            new BuildStepStatus
                            {
                                Name = StepLog.Scan,
                                Result = StepLog.Running,
                                Attempts = 1,
                                Job = JobName(1),
                                JobUid = "job",
                            },
                        ],
                Candidate = A.Image(1),
                Verification = seen,
            },
        };
        var job = new V1Job
        {
            Metadata = new V1ObjectMeta
            {
                Name = JobName(1),
                Uid = "job",
                CreationTimestamp = A.Morning,
            },
        };
        return BuildPlanner
            .Decide(
                new BuildSnapshot
                {
                    Now = now ?? A.Morning,
                    Build = build,
                    Jobs = pod is null ? [] : [job],
                    Pods = pod is null ? [] : [pod],
                }
            )
            .Decision;
    }

    private static V1ContainerStateTerminated End(int exitCode, string? message = null) =>
        new()
        {
            ExitCode = exitCode,
            Message = message,
            FinishedAt = A.Morning,
        };

    private static V1Pod Pod(V1ContainerStateTerminated? scan, V1ContainerStateTerminated? report) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = "pod",
                OwnerReferences =
                [
                    new V1OwnerReference
                    {
                        ApiVersion = "batch/v1",
                        Kind = "Job",
                        Name = JobName(1),
                        Uid = "job",
                        Controller = true,
                    },
                ],
            },
            Status = new V1PodStatus
            {
                Phase = "Running",
                ContainerStatuses =
                [
                    new V1ContainerStatus
                    {
                        Name = ScanJob.Scanner,
                        State = new V1ContainerState { Terminated = scan },
                    },
                    new V1ContainerStatus
                    {
                        Name = ScanJob.Reporter,
                        State = new V1ContainerState { Terminated = report },
                    },
                ],
            },
        };
}
