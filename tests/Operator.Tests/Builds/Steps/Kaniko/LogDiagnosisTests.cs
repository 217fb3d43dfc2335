using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;
using Operator.Tests.Cluster;

namespace Operator.Tests.Builds.Steps.Kaniko;

/// <summary>What an executor, and what runs inside it, said last.</summary>
internal sealed class LogDiagnosisTests
{
    // Messages as they stand in reports of users: GoogleContainerTools/kaniko issues 1325, 622, 1467, 2416,
    // 2486, 1410, 2614, 3065, 1201, 2203, 793; tektoncd/catalog issue 190; pypa/pip issues 13760 and 8377;
    // apt and pip of Ubuntu 24.04.
    [TestCase(
        "error checking push permissions -- make sure you entered the correct tag name, and that you are "
            + "authenticated correctly, and try again: checking push permission for "
            + "\"my-registry.io/org/team/project\": POST "
            + "https://my-registry.io/v2/org/team/project/blobs/uploads/: UNAUTHORIZED: authentication required; "
            + "[map[Action:pull Class: Name:org/team/project Type:repository]]",
        "AuthenticationFailed",
        false,
        "doesn't know the credentials"
    )]
    [TestCase(
        "error checking push permissions: checking push permission: DENIED: Token exchange failed for "
            + "project 'p'. Caller does not have permission 'storage.buckets.get'.",
        "AuthenticationFailed",
        false,
        "may not push"
    )]
    [TestCase(
        "error checking push permissions: checking push permission for "
            + "\"europe-west1-docker.pkg.dev/p/r/i:b1\": POST "
            + "https://europe-west1-docker.pkg.dev/v2/p/r/i/blobs/uploads/: DENIED: Permission "
            + "\"artifactregistry.repositories.uploadArtifacts\" denied on resource",
        "AuthenticationFailed",
        false,
        "may not push"
    )]
    [TestCase(
        "error checking push permissions: checking push permission for \"r.example/x/y:b1\": creating push "
            + "check transport for r.example failed: Get \"https://r.example/v2/\": dial tcp 10.82.128.17:443: "
            + "connect: no route to host",
        "PushFailed",
        true,
        "no route to host"
    )]
    [TestCase(
        "error pushing image: failed to push to destination r.svc/t/sample-app:latest: unsupported status "
            + "code 504; body: <html><body><h1>504 Gateway Time-out</h1>",
        "PushFailed",
        true,
        "504"
    )]
    [TestCase(
        "error pushing image: failed to push to destination r/x:b1: PUT https://r/v2/x/manifests/b1: "
            + "TAG_INVALID: The image tag 'b1' already exists in the 'x' repository and cannot be overwritten "
            + "because the tag is immutable.",
        "PushFailed",
        false,
        "immutable"
    )]
    [TestCase(
        "error building image: GET https://index.docker.io/v2/library/build_base/manifests/latest: "
            + "UNAUTHORIZED: authentication required; [map[Action:pull Class: Name:library/build_base "
            + "Type:repository]]",
        "AuthenticationFailed",
        false,
        "can't be pulled"
    )]
    [TestCase(
        "error building image: GET https://index.docker.io/v2/pytorch/pytorch/manifests/sha256:0: "
            + "MANIFEST_UNKNOWN: manifest unknown; map[Tag:x]",
        "BaseImageNotFound",
        false,
        "MANIFEST_UNKNOWN"
    )]
    [TestCase(
        "error building image: GET https://index.docker.io/v2/pytorch/pytorch/manifests/sha256:0: "
            + "TOOMANYREQUESTS: You have reached your pull rate limit.",
        "BaseImageUnavailable",
        true,
        "TOOMANYREQUESTS"
    )]
    [TestCase(
        "error building image: GET https://172.20.2.150:16001/v2/token?scope=x: unexpected "
            + "status code 401 Unauthorized",
        "AuthenticationFailed",
        false,
        "can't be pulled"
    )]
    [TestCase(
        "error building image: error building stage: failed to get filesystem from image: stream error: "
            + "stream ID 1; INTERNAL_ERROR; received from peer",
        "BaseImageUnavailable",
        true,
        "stream error"
    )]
    [TestCase(
        "error building image: could not save file: copying file: write /kaniko/0/dev/full: no space left on device",
        "EphemeralStorageExceeded",
        false,
        "no space left"
    )]
    [TestCase(
        "error building image: error building stage: failed to execute command: waiting for "
            + "process to exit: signal: killed",
        "OutOfMemory",
        false,
        "signal: killed"
    )]
    [TestCase(
        "ERROR: Cannot install kokoro==0.2.1 and kokoro==0.2.2 because these package versions have "
            + "conflicting dependencies.\nERROR: ResolutionImpossible: for help visit "
            + "https://pip.pypa.io/\ngemma-operator: step requirements failed with exit status 1\n"
            + "error building image: error building stage: failed to execute command: waiting for "
            + "process to exit: exit status 1",
        "DependencyResolutionFailed",
        false,
        "conflicting dependencies"
    )]
    [TestCase(
        "ERROR: Could not find a version that satisfies the requirement nosuch==9 (from versions: "
            + "none)\nERROR: No matching distribution found for nosuch==9\n"
            + "gemma-operator: step requirements failed with exit status 1\n"
            + "error building image: error building stage: failed to execute command: waiting for "
            + "process to exit: exit status 1",
        "DependencyResolutionFailed",
        false,
        "nosuch==9"
    )]
    [TestCase(
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<x>: Failed to "
            + "establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/nosuch/\n"
            + "ERROR: No matching distribution found for numpy\ngemma-operator: step requirements failed with exit "
            + "status 1\nerror building image: failed to execute command: exit status 1",
        "PackageIndexUnavailable",
        true,
        "/simple/nosuch/: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution"
    )]
    [TestCase(
        "ERROR: Index https://index.example/simple/numpy/ does not provide upload-time metadata.\n"
            + "gemma-operator: step requirements failed with exit status 1\n"
            + "error building image: failed to execute command: exit status 1",
        "IndexLacksDates",
        false,
        "https://index.example/simple/numpy/"
    )]
    [TestCase(
        "ERROR: No matching distribution found for pip==26.0.1\n"
            + "gemma-operator: this base's pip doesn't know --uploaded-prior-to\n"
            + "gemma-operator: step requirements failed with exit status 1\n"
            + "error building image: failed to execute command: exit status 1",
        "PipTooOldForAge",
        false,
        "pip==26.0.1 can't be installed"
    )]
    [TestCase(
        "gemma-operator: the lock is for Python <3.13,>=3.12, and the base has 3.11.7\n"
            + "gemma-operator: step requirements failed with exit status 1\n"
            + "error building image: failed to execute command: exit status 1",
        "LockForOtherBase",
        false,
        "the lock is for Python <3.13,>=3.12, and the base has 3.11.7"
    )]
    [TestCase(
        "E: Unable to locate package nosuch\ngemma-operator: step system-packages failed with exit "
            + "status 100\nerror building image: error building stage: failed to execute command: waiting for "
            + "process to exit: exit status 100",
        "SystemPackageFailed",
        false,
        "Unable to locate package nosuch"
    )]
    [TestCase(
        "E: Failed to fetch http://archive.ubuntu.com/ubuntu/dists/noble/InRelease  Temporary failure "
            + "resolving 'archive.ubuntu.com'\ngemma-operator: step system-packages failed with exit status 100\n"
            + "error building image: failed to execute command: exit status 100",
        "PackageIndexUnavailable",
        true,
        "Temporary failure resolving"
    )]
    [TestCase(
        "gemma-operator: torch is not installed in this image\n"
            + "gemma-operator: step finish failed with exit status 1\n"
            + "error building image: error building stage: failed to execute command: waiting for "
            + "process to exit: exit status 1",
        "DockerfileStepFailed",
        false,
        "step finish failed"
    )]
    [TestCase(
        "time=\"2026-11-23T09:00:00Z\" level=info msg=\"RUN echo one;     make all\"\n"
            + "make: *** No rule to make target 'all'.  Stop.\nerror building image: error building stage: failed "
            + "to execute command: waiting for process to exit: exit status 2",
        "DockerfileStepFailed",
        false,
        "line 3: RUN echo one; make all"
    )]
    [TestCase(
        "error building image: parsing dockerfile: dockerfile parse error on line 5: unknown instruction: RUNN",
        "DockerfileStepFailed",
        false,
        "line 5"
    )]
    [TestCase("fatal error: concurrent map writes", "ExecutorFailed", true, "exit code 1")]
    [TestCase("error: denied\n", "ExecutorFailed", true, "exit code 1")]
    [TestCase(BuildExamples.Digest, "ExecutorFailed", true, "its log can't be read")]
    public void A_failed_executor_is_understood_from_the_end_of_its_log(
        string log,
        string reason,
        bool isTransient,
        string says
    )
    {
        var failure = FailedAttempt.Saying(log);
        Assert.That(failure.Failure.Reason, Is.EqualTo(reason));
        Assert.That(failure.IsTransient, Is.EqualTo(isTransient));
        Assert.That(failure.Failure.Message, Does.Contain(says));
        Assert.That(failure.Failure.Message, Does.EndWith(failure.Reason.Remedy));
        Assert.That(failure.Failure.Container, Is.EqualTo("kaniko"));
    }
}
