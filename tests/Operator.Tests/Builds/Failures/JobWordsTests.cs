using System.Text.RegularExpressions;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;
using k8s.Models;
using Operator.Tests.Api;

namespace Operator.Tests.Builds.Failures;

/// <summary>Every step's words for every kind of trouble: none may give the advice of another step.</summary>
internal sealed partial class JobWordsTests
{
    private static readonly JobFailure[] Failures =
    [
        new JobFailure.OwnDisk("Usage of EmptyDir volume exceeds the limit"),
        new JobFailure.Evicted("moved"),
        new JobFailure.NodeLost("gone"),
        new JobFailure.NotAdmitted("OutOfcpu"),
        new JobFailure.OutOfMemory(new ResourceQuantity("1Gi"), null),
        new JobFailure.OutOfMemory(null, null),
        new JobFailure.TimedOut(3600),
        new JobFailure.TimedOut(null),
        new JobFailure.ContainerEnded(new V1ContainerStateTerminated { ExitCode = 3 }),
        new JobFailure.Unexplained("The Job failed and left no pod to look at"),
        .. Enum.GetValues<PodProblem>()
            .SelectMany(kind =>
                new[] { null, ScanJob.Scanner, ScanJob.Reporter, ScanJob.Lister }.Select(
                    container => new JobFailure.NeverStarted(
                        new PodStartProblem(kind, "0/3 nodes", null, true, container)
                    )
                )
            ),
    ];

    private static IEnumerable<TestCaseData> Steps() =>
        new[] { null, "push" }
            .SelectMany(secret => new[] { false, true }.Select(gpu => Template(secret, gpu)))
            .SelectMany(template =>
                new[]
                {
                    new TestCaseData(KanikoWords.For(new BuildTemplate())),
                    new TestCaseData(VerifyWords.For(template)),
                    new TestCaseData(ScanWords.For(template)),
                }
            )
            .Select((data, i) => data.SetArgDisplayNames($"{((JobWords)data.Arguments[0]!).Pod} {i / 3}"));

    [TestCaseSource(nameof(Steps))]
    public void Every_trouble_is_told_in_the_step_s_own_words(JobWords words)
    {
        foreach (var failure in Failures)
        {
            var told = JobFailureClassifier.Classify(failure, words).Failure.Message;
            foreach (var other in new[] { "build pod", "verification pod", "scan pod" }.Where(o => o != words.Pod))
            {
                Assert.That(told, Does.Not.Contain(other), $"{failure}");
            }

            if (words.Work != "build")
            {
                Assert.That(
                    told,
                    Does.Not.Contain("The build")
                        .And.Not.Contain("spec.build.timeout")
                        .And.Not.Contain("spec.build.executorImage")
                        .And.Not.Contain("spec.build.resources"),
                    $"{failure}"
                );
            }

            Assert.That(told, Does.EndWith("."), $"{failure}");
        }
    }

    [TestCaseSource(nameof(Steps))]
    public void Every_field_that_an_advice_names_is_one_of_the_API(JobWords words)
    {
        // An entry of a map, as limits.memory, stands for any key.
        var fields = CrdFile.BaseImages.Fields().Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var failure in Failures)
        {
            var told = JobFailureClassifier.Classify(failure, words).Failure.Message;
            foreach (var field in Field().Matches(told).Select(m => m.Value.TrimEnd('.')))
            {
                var map = field[..field.LastIndexOf('.')] + "{}";
                Assert.That(fields.Contains(field) || fields.Contains(map), field);
            }
        }
    }

    [Test]
    public void A_scan_s_timeout_names_no_field_because_none_bounds_it()
    {
        var words = ScanWords.For(Template(null, false));
        var told = JobFailureClassifier.Classify(new JobFailure.TimedOut(3600), words).Failure;
        Assert.That(told.Message, Does.StartWith("The scan didn't end within 3600 s. "));
        Assert.That(told.Message, Does.Not.Contain("imeout"));
    }

    [Test]
    public void A_verification_without_a_GPU_asks_for_one_by_its_own_fields()
    {
        var problem = new PodStartProblem(PodProblem.Unschedulable, "3 Insufficient nvidia.com/gpu.", null, true);
        var words = VerifyWords.For(Template(null, gpu: true));
        Assert.That(
            JobFailureClassifier.Describe(problem, words),
            Is.EqualTo("No node takes the verification pod: 3 Insufficient nvidia.com/gpu.")
        );
        Assert.That(
            JobFailureClassifier.Classify(problem, words).Failure.Message,
            Does.Contain("spec.verification.pullTest.requireGPU")
        );
    }

    [Test]
    public void A_candidate_that_can_not_be_pulled_is_sought_in_its_own_registry()
    {
        var problem = new PodStartProblem(PodProblem.ImagePull, "connection refused", null, true, VerifyJob.Container);
        foreach (var secret in new[] { null, "push" })
        {
            Assert.That(
                JobFailureClassifier.Classify(problem, VerifyWords.For(Template(secret, false))).Failure.Message,
                Does.Contain("spec.output.repository").And.Contain("spec.output.credentials")
            );
        }
    }

    [Test]
    public void A_scan_that_only_warns_is_not_told_to_warn()
    {
        var template = Template(null, false);
        var warns = template with
        {
            Verification = new VerificationTemplate
            {
                Scan = new ScanSpec { OnScannerError = ScannerErrorPolicy.Warn },
            },
        };
        Assert.That(Told(template), Does.Contain("to Warn"));
        Assert.That(Told(warns), Does.Not.Contain("to Warn"));

        static string Told(BuildTemplate template) =>
            JobFailureClassifier.Classify(new JobFailure.TimedOut(1), ScanWords.For(template)).Failure.Message;
    }

    [GeneratedRegex(@"\bspec(\.[a-zA-Z]+)+", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Field();

    private static BuildTemplate Template(string? secret, bool gpu) =>
        new()
        {
            Output = new OutputSpec
            {
                Credentials = secret is null
                    ? new CredentialsSpec()
                    : new CredentialsSpec
                    {
                        Type = CredentialsType.Secret,
                        SecretRef = new LocalReference { Name = secret },
                    },
            },
            Verification = new VerificationTemplate { Gpu = gpu ? new GpuPlacement() : null, Scan = new ScanSpec() },
        };
}
