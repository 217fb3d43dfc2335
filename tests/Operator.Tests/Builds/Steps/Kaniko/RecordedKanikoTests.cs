using GemmaOperator.Builds.Failures;

namespace Operator.Tests.Builds.Steps.Kaniko;

internal sealed class RecordedKanikoTests
{
    private const string Dockerfile =
        "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nARG CACHE_EPOCH\nRUN echo \"$CACHE_EPOCH\" > /epoch\n"
        + "RUN echo building; ls /nosuch\n";

    private static readonly object[][] Cases =
    [
        ["push-unauthorized", "AuthenticationFailed", false, "doesn't know the credentials for pushing"],
        ["push-denied", "AuthenticationFailed", false, "may not push"],
        ["push-refused-connection", "PushFailed", true, "connection refused"],
        ["push-readonly", "PushFailed", false, "405 Method Not Allowed"],
        ["push-denied-after-build", "AuthenticationFailed", false, "permission \"uploadArtifacts\" denied"],
        ["push-immutable-after-build", "PushFailed", false, "the tag is immutable"],
        ["push-unavailable-after-build", "PushFailed", true, "503 Service Unavailable"],
        ["base-unknown", "BaseImageNotFound", false, "MANIFEST_UNKNOWN"],
        ["base-unauthorized", "AuthenticationFailed", false, "base image can't be pulled: error building image"],
        ["base-refused-connection", "BaseImageUnavailable", true, "connection refused"],
        ["base-no-host", "BaseImageUnavailable", true, "no such host"],
        ["apt-unknown-package", "SystemPackageFailed", false, "Unable to locate package nosuchpkg-x"],
        ["apt-unknown-version", "SystemPackageFailed", false, "Version '9.9.9' for 'jq' was not found"],
        ["pip-conflict", "DependencyResolutionFailed", false, "conflicting dependencies"],
        ["pip-unknown-version", "DependencyResolutionFailed", false, "(from versions: 1.0, 1.1)"],
        ["pip-index-down", "PackageIndexUnavailable", true, "Connection refused"],
        ["run-failed", "DockerfileStepFailed", false, "line 5: RUN echo building; ls /nosuch: "],
        [
            "torch-missing",
            "DockerfileStepFailed",
            false,
            "torch is not installed in this image: gemma-operator: step finish failed",
        ],
        ["dockerfile-unknown-instruction", "DockerfileStepFailed", false, "did you mean RUN?"],
        ["copy-without-file", "DockerfileStepFailed", false, "/workspace/nosuch"],
        ["step-out-of-memory", "OutOfMemory", false, "exit status 137"],
        ["flag-unknown", "ExecutorFailed", false, "doesn't take one of its flags"],
    ];

    [TestCaseSource(nameof(Cases))]
    public void What_a_real_executor_said_last_is_understood(string name, string reason, bool isTransient, string says)
    {
        var failure = Classify(RecordedKaniko.Message(name));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((failure.Failure.Reason, failure.IsTransient), Is.EqualTo((reason, isTransient)));
            Assert.That(failure.Failure.Message, Does.Contain(says).And.Not.Contain("***"));
        }
    }

    /// <summary>Seen: a layer had gone to the cache, and the next step failed.</summary>
    [TestCase("run-failed", "DockerfileStepFailed")]
    [TestCase("pip-conflict", "DependencyResolutionFailed")]
    public void The_digest_of_a_cached_layer_hides_nothing_of_the_log(string name, string reason) =>
        Assert.That(Classify(BuildExamples.Digest, RecordedKaniko.Message(name)).Failure.Reason, Is.EqualTo(reason));

    [Test]
    public void Every_recording_is_judged() =>
        Assert.That(Cases.Select(c => c[0]), Is.EquivalentTo(RecordedKaniko.Names));

    /// <summary>
    /// The executor prints each step before it runs it, and with it what the step would say if it failed.
    /// </summary>
    [TestCase("requirements")]
    [TestCase("system-packages")]
    public void A_step_that_is_only_printed_has_not_failed(string step)
    {
        var failure = Classify(
            "time=\"2026-11-26T19:36:50Z\" level=info msg=\"Running: [/bin/sh -c set -eu;     trap "
                + $"'code=$?; [ $code = 0 ] || echo \\\"gemma-operator: step {step} failed with exit "
                + "status $code\\\" >&2' EXIT]\"\n"
                + "gemma-operator: torch is not installed in this image\n"
                + "gemma-operator: step finish failed with exit status 1\n"
                + "error building image: error building stage: failed to execute command: waiting for "
                + "process to exit: exit status 1\n"
        );
        Assert.That(failure.Reason, Is.EqualTo(FailureReason.DockerfileStepFailed));
    }

    private static ClassifiedFailure Classify(string message, string? log = null) =>
        FailedAttempt.Saying(message, log: log, dockerfile: Dockerfile);
}
