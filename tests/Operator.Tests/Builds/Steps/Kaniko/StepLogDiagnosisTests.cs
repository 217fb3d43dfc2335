using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;
using Operator.Tests.Cluster;

namespace Operator.Tests.Builds.Steps.Kaniko;

/// <summary>What pip and apt said last, and which step of the Dockerfile failed.</summary>
internal sealed class StepLogDiagnosisTests
{
    // The first as pip 23.0 printed it in a pod without DNS; the others in the words of its urllib3.
    [TestCase(
        "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after "
            + "connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at "
            + "0x7ffa8c786190>: Failed to establish a new connection: [Errno -3] Temporary failure in name "
            + "resolution')': /simple/httpx/",
        "/simple/httpx/: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution. "
    )]
    [TestCase(
        "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after "
            + "connection broken by 'ReadTimeoutError(\"HTTPSConnectionPool(host='pypi.org', port=443): Read timed "
            + "out. (read timeout=15)\")': /simple/httpx/",
        "/simple/httpx/: Read timed out. (read timeout=15). "
    )]
    [TestCase(
        "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after "
            + "connection broken by 'ProtocolError('Connection aborted.', RemoteDisconnected('Remote end closed "
            + "connection without response'))': /simple/httpx/",
        "/simple/httpx/: "
    )]
    [TestCase(
        "ERROR: HTTP error 503 while getting x: 503 Server Error: Service Unavailable for url: "
            + "https://pypi.org/simple/httpx/",
        "ERROR: HTTP error 503"
    )]
    public void A_connection_that_pip_lost_is_told_without_pip_s_own_objects(string line, string says)
    {
        var log =
            $"{line}\ngemma-operator: step requirements failed with exit status 1\n"
            + "error building image: failed to execute command: exit status 1";
        var failure = FailedAttempt.Saying(log).Failure;
        Assert.That(failure.Reason, Is.EqualTo("PackageIndexUnavailable"));
        Assert.That(failure.Message, Does.StartWith(says).And.Not.Contain("object at 0x").And.Not.Contain("Retry("));
    }

    // pip 24 to 26 and apt 2.7 to 3.0 in a team's own Dockerfile, where no marker of ours says which step it was.
    [TestCase(
        "Collecting x\nerror: subprocess-exited-with-error\n\n"
            + "× Building wheel for x (pyproject.toml) did not run successfully.\n"
            + "ERROR: Failed to build installable wheels for some pyproject.toml based projects (x)",
        "DependencyResolutionFailed",
        false,
        "subprocess-exited-with-error"
    )]
    [TestCase(
        "error: failed-wheel-build-for-install\n\n× Failed to build installable wheels for some "
            + "pyproject.toml based projects\n╰─> x",
        "DependencyResolutionFailed",
        false,
        "failed-wheel-build-for-install"
    )]
    [TestCase(
        "error: resolution-too-deep\n\n× Dependency resolution exceeded maximum depth",
        "DependencyResolutionFailed",
        false,
        "resolution-too-deep"
    )]
    [TestCase(
        "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by "
            + "'ReadTimeoutError(\"HTTPSConnectionPool(host='pypi.org', port=443): Read timed out.\")': "
            + "/simple/a/\nERROR: Cannot install a==1 and b==2 because these package versions have conflicting "
            + "dependencies.\nERROR: ResolutionImpossible: for help visit https://pip.pypa.io/",
        "DependencyResolutionFailed",
        false,
        "Cannot install a==1"
    )]
    [TestCase(
        "ERROR: HTTP error 503 while getting https://pypi.example/packages/x-1.whl (from "
            + "https://pypi.example/simple/x/)",
        "PackageIndexUnavailable",
        true,
        "503"
    )]
    [TestCase(
        "ERROR: HTTP error 403 while getting https://pypi.example/packages/x-1.whl (from "
            + "https://pypi.example/simple/x/)",
        "DependencyResolutionFailed",
        false,
        "403"
    )]
    [TestCase(
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
        "EphemeralStorageExceeded",
        false,
        "No space left"
    )]
    [TestCase(
        "Reading package lists...\nBuilding dependency tree...\nE: Unable to locate package nosuch",
        "SystemPackageFailed",
        false,
        "Unable to locate package nosuch"
    )]
    [TestCase(
        "Reading package lists...\nError: Unable to locate package nosuch",
        "SystemPackageFailed",
        false,
        "Unable to locate package nosuch"
    )]
    [TestCase(
        "Reading package lists...\nE: Package 'nosuch' has no installation candidate",
        "SystemPackageFailed",
        false,
        "no installation candidate"
    )]
    [TestCase(
        "Err:1 http://archive.ubuntu.com/ubuntu noble InRelease\n"
            + "  Temporary failure resolving 'archive.ubuntu.com'\n"
            + "E: Failed to fetch http://archive.ubuntu.com/ubuntu/dists/noble/InRelease  Temporary failure "
            + "resolving 'archive.ubuntu.com'\nE: Some index files failed to download. They have been ignored, "
            + "or old ones used instead.",
        "PackageIndexUnavailable",
        true,
        "Temporary failure resolving"
    )]
    [TestCase(
        "E: Release file for http://archive.ubuntu.com/ubuntu/dists/noble-updates/InRelease is not valid yet "
            + "(invalid for another 3h 1min 2s). Updates for this repository will not be applied.",
        "SystemPackageFailed",
        false,
        "not valid yet"
    )]
    [TestCase(
        "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.\n"
            + "gemma-operator: step system-updates failed with exit status 100",
        "SystemUpdateFailed",
        false,
        "dpkg was interrupted"
    )]
    [TestCase(
        "dpkg: error processing package grub-pc (--configure):\n installed grub-pc package post-installation script "
            + "subprocess returned error exit status 1\n"
            + "gemma-operator: step system-updates failed with exit status 100",
        "SystemUpdateFailed",
        false,
        "dpkg: error processing package grub-pc"
    )]
    [TestCase(
        "E: Failed to fetch http://security.ubuntu.com/ubuntu/pool/x.deb  Could not connect to security.ubuntu.com:80\n"
            + "gemma-operator: step system-updates failed with exit status 100",
        "PackageIndexUnavailable",
        true,
        "Could not connect"
    )]
    [TestCase(
        "E: You don't have enough free space in /var/cache/apt/archives/.",
        "EphemeralStorageExceeded",
        false,
        "enough free space"
    )]
    public void What_pip_and_apt_say_is_understood_wherever_they_run(
        string said,
        string reason,
        bool isTransient,
        string says
    )
    {
        var log =
            $"time=\"2026-11-23T09:00:00Z\" level=info msg=\"RUN make all\"\n{said}\n"
            + "error building image: error building stage: failed to execute command: waiting for "
            + "process to exit: exit status 1";
        var failure = FailedAttempt.Saying(log);
        Assert.That((failure.Failure.Reason, failure.IsTransient), Is.EqualTo((reason, isTransient)));
        Assert.That(failure.Failure.Message, Does.Contain(says));
    }

    [Test]
    public void The_step_that_failed_is_named_though_it_wrote_more_than_a_termination_message_holds()
    {
        const string Own = "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nRUN pip install a\nRUN make all\nUSER 1:1\n";
        var end =
            string.Concat(Enumerable.Range(0, 300).Select(i => $"cc -c file{i}.c\n"))
            + "make: *** [Makefile:3: all] Error 1\nerror building image: error building stage: failed to "
            + "execute command: waiting for process to exit: exit status 2";
        // What an earlier step said and survived is none of this failure.
        var log =
            "time=\"2026-11-23T09:00:00Z\" level=info msg=\"RUN pip install a\"\n"
            + "ERROR: Ignored the following versions that require a different python version: 1.0\n"
            + "time=\"2026-11-23T09:00:07Z\" level=info msg=\"RUN make all\"\n"
            + end;
        var failure = FailedAttempt.Saying(end[^2048..], 2, log, Own);
        Assert.That(failure.Failure.Reason, Is.EqualTo("DockerfileStepFailed"));
        Assert.That(failure.Failure.Message, Does.StartWith("line 4: RUN make all"));
        Assert.That(Truncation.Utf8Length(failure.Failure.LogTail!), Is.LessThanOrEqualTo(MaskedLog.MaxBytes));
    }

    [TestCase(
        "error pushing image: failed to push to destination r/x:b1: PUT "
            + "https://r/v2/x/manifests/b1: TAG_INVALID: The image tag 'b1' already exists and cannot be "
            + "overwritten because the tag is immutable.",
        "PushFailed",
        false
    )]
    [TestCase(
        "error pushing image: failed to push to destination r/x:b1: POST https://r/v2/x/blobs/uploads/: "
            + "DENIED: permission denied",
        "AuthenticationFailed",
        false
    )]
    [TestCase(
        "error pushing image: failed to push to destination r/x:b1: PATCH https://r/v2/x/blobs/uploads/1: "
            + "unexpected status code 503 Service Unavailable",
        "PushFailed",
        true
    )]
    public void A_push_that_failed_after_the_digest_was_written_is_understood_from_the_log(
        string last,
        string reason,
        bool isTransient
    )
    {
        var failure = FailedAttempt.Saying(
            BuildExamples.Digest,
            log: $"time=\"x\" level=info msg=\"Pushing image to r/x:b1\"\n{last}\n"
        );
        Assert.That((failure.Failure.Reason, failure.IsTransient), Is.EqualTo((reason, isTransient)));
    }
}
