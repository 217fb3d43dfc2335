using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Text;
using k8s.Models;
using Operator.Tests.Cluster;

namespace Operator.Tests.Builds.Steps.Kaniko;

internal sealed class FailureClassifierTests
{
    private const string Dockerfile = "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nRUN echo one; \\\n    make all\nUSER 1:1\n";

    // Messages as they stand in reports of users: GoogleContainerTools/kaniko issues 1325, 622, 1467, 2416,
    // 2486, 1410, 2614, 3065, 1201, 2203, 793; tektoncd/catalog issue 190; pypa/pip issues 13760 and 8377;
    // apt and pip of Ubuntu 24.04.
    [TestCase(
        "error checking push permissions -- make sure you entered the correct tag name, and that you are authenticated correctly, and try again: checking push permission for \"my-registry.io/org/team/project\": POST https://my-registry.io/v2/org/team/project/blobs/uploads/: UNAUTHORIZED: authentication required; [map[Action:pull Class: Name:org/team/project Type:repository]]",
        "AuthenticationFailed",
        false,
        "doesn't know the credentials"
    )]
    [TestCase(
        "error checking push permissions: checking push permission: DENIED: Token exchange failed for project 'p'. Caller does not have permission 'storage.buckets.get'.",
        "AuthenticationFailed",
        false,
        "may not push"
    )]
    [TestCase(
        "error checking push permissions: checking push permission for \"europe-west1-docker.pkg.dev/p/r/i:b1\": POST https://europe-west1-docker.pkg.dev/v2/p/r/i/blobs/uploads/: DENIED: Permission \"artifactregistry.repositories.uploadArtifacts\" denied on resource",
        "AuthenticationFailed",
        false,
        "may not push"
    )]
    [TestCase(
        "error checking push permissions: checking push permission for \"r.example/x/y:b1\": creating push check transport for r.example failed: Get \"https://r.example/v2/\": dial tcp 10.82.128.17:443: connect: no route to host",
        "PushFailed",
        true,
        "no route to host"
    )]
    [TestCase(
        "error pushing image: failed to push to destination r.svc/t/sample-app:latest: unsupported status code 504; body: <html><body><h1>504 Gateway Time-out</h1>",
        "PushFailed",
        true,
        "504"
    )]
    [TestCase(
        "error pushing image: failed to push to destination r/x:b1: PUT https://r/v2/x/manifests/b1: TAG_INVALID: The image tag 'b1' already exists in the 'x' repository and cannot be overwritten because the tag is immutable.",
        "PushFailed",
        false,
        "immutable"
    )]
    [TestCase(
        "error building image: GET https://index.docker.io/v2/library/build_base/manifests/latest: UNAUTHORIZED: authentication required; [map[Action:pull Class: Name:library/build_base Type:repository]]",
        "AuthenticationFailed",
        false,
        "can't be pulled"
    )]
    [TestCase(
        "error building image: GET https://index.docker.io/v2/pytorch/pytorch/manifests/sha256:0: MANIFEST_UNKNOWN: manifest unknown; map[Tag:x]",
        "BaseImageNotFound",
        false,
        "MANIFEST_UNKNOWN"
    )]
    [TestCase(
        "error building image: GET https://index.docker.io/v2/pytorch/pytorch/manifests/sha256:0: TOOMANYREQUESTS: You have reached your pull rate limit.",
        "BaseImageUnavailable",
        true,
        "TOOMANYREQUESTS"
    )]
    [TestCase(
        "error building image: GET https://172.20.2.150:16001/v2/token?scope=x: unexpected status code 401 Unauthorized",
        "AuthenticationFailed",
        false,
        "can't be pulled"
    )]
    [TestCase(
        "error building image: error building stage: failed to get filesystem from image: stream error: stream ID 1; INTERNAL_ERROR; received from peer",
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
        "error building image: error building stage: failed to execute command: waiting for process to exit: signal: killed",
        "OutOfMemory",
        false,
        "signal: killed"
    )]
    [TestCase(
        "ERROR: Cannot install kokoro==0.2.1 and kokoro==0.2.2 because these package versions have conflicting dependencies.\nERROR: ResolutionImpossible: for help visit https://pip.pypa.io/\ngemma-operator: step requirements failed with exit status 1\nerror building image: error building stage: failed to execute command: waiting for process to exit: exit status 1",
        "DependencyResolutionFailed",
        false,
        "conflicting dependencies"
    )]
    [TestCase(
        "ERROR: Could not find a version that satisfies the requirement nosuch==9 (from versions: none)\nERROR: No matching distribution found for nosuch==9\ngemma-operator: step requirements failed with exit status 1\nerror building image: error building stage: failed to execute command: waiting for process to exit: exit status 1",
        "DependencyResolutionFailed",
        false,
        "nosuch==9"
    )]
    [TestCase(
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<x>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/nosuch/\nERROR: No matching distribution found for numpy\ngemma-operator: step requirements failed with exit status 1\nerror building image: failed to execute command: exit status 1",
        "PackageIndexUnavailable",
        true,
        "/simple/nosuch/: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution"
    )]
    [TestCase(
        "E: Unable to locate package nosuch\ngemma-operator: step system-packages failed with exit status 100\nerror building image: error building stage: failed to execute command: waiting for process to exit: exit status 100",
        "SystemPackageFailed",
        false,
        "Unable to locate package nosuch"
    )]
    [TestCase(
        "E: Failed to fetch http://archive.ubuntu.com/ubuntu/dists/noble/InRelease  Temporary failure resolving 'archive.ubuntu.com'\ngemma-operator: step system-packages failed with exit status 100\nerror building image: failed to execute command: exit status 100",
        "PackageIndexUnavailable",
        true,
        "Temporary failure resolving"
    )]
    [TestCase(
        "gemma-operator: torch is not installed in this image\ngemma-operator: step finish failed with exit status 1\nerror building image: error building stage: failed to execute command: waiting for process to exit: exit status 1",
        "DockerfileStepFailed",
        false,
        "step finish failed"
    )]
    [TestCase(
        "time=\"2026-11-23T09:00:00Z\" level=info msg=\"RUN echo one;     make all\"\nmake: *** No rule to make target 'all'.  Stop.\nerror building image: error building stage: failed to execute command: waiting for process to exit: exit status 2",
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
        var failure = FailureClassifier.Classify(
            Failed("BackoffLimitExceeded"),
            [Ended(1, "Error", log)],
            [],
            Dockerfile
        );
        Assert.That(failure.Failure.Reason, Is.EqualTo(reason));
        Assert.That(failure.IsTransient, Is.EqualTo(isTransient));
        Assert.That(failure.Failure.Message, Does.Contain(says));
        Assert.That(failure.Failure.Message, Does.EndWith(failure.Reason.Remedy));
        Assert.That(failure.Failure.Container, Is.EqualTo("kaniko"));
    }

    // The first as pip 23.0 printed it in a pod without DNS; the others in the words of its urllib3.
    [TestCase(
        "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7ffa8c786190>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/httpx/",
        "/simple/httpx/: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution. "
    )]
    [TestCase(
        "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'ReadTimeoutError(\"HTTPSConnectionPool(host='pypi.org', port=443): Read timed out. (read timeout=15)\")': /simple/httpx/",
        "/simple/httpx/: Read timed out. (read timeout=15). "
    )]
    [TestCase(
        "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'ProtocolError('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))': /simple/httpx/",
        "/simple/httpx/: "
    )]
    [TestCase(
        "ERROR: HTTP error 503 while getting x: 503 Server Error: Service Unavailable for url: https://pypi.org/simple/httpx/",
        "ERROR: HTTP error 503"
    )]
    public void A_connection_that_pip_lost_is_told_without_pip_s_own_objects(string line, string says)
    {
        var log =
            $"{line}\ngemma-operator: step requirements failed with exit status 1\nerror building image: failed to execute command: exit status 1";
        var failure = FailureClassifier
            .Classify(Failed("BackoffLimitExceeded"), [Ended(1, "Error", log)], [], Dockerfile)
            .Failure;
        Assert.That(failure.Reason, Is.EqualTo("PackageIndexUnavailable"));
        Assert.That(failure.Message, Does.StartWith(says).And.Not.Contain("object at 0x").And.Not.Contain("Retry("));
    }

    [Test]
    public void No_remedy_promises_another_attempt_which_the_last_one_would_break() =>
        Assert.That(FailureReason.All.Select(r => r.Remedy), Has.None.Contains("tried again"));

    // pip 24 to 26 and apt 2.7 to 3.0 in a team's own Dockerfile, where no marker of ours says which step it was.
    [TestCase(
        "Collecting x\nerror: subprocess-exited-with-error\n\n× Building wheel for x (pyproject.toml) did not run successfully.\nERROR: Failed to build installable wheels for some pyproject.toml based projects (x)",
        "DependencyResolutionFailed",
        false,
        "subprocess-exited-with-error"
    )]
    [TestCase(
        "error: failed-wheel-build-for-install\n\n× Failed to build installable wheels for some pyproject.toml based projects\n╰─> x",
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
        "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by 'ReadTimeoutError(\"HTTPSConnectionPool(host='pypi.org', port=443): Read timed out.\")': /simple/a/\nERROR: Cannot install a==1 and b==2 because these package versions have conflicting dependencies.\nERROR: ResolutionImpossible: for help visit https://pip.pypa.io/",
        "DependencyResolutionFailed",
        false,
        "Cannot install a==1"
    )]
    [TestCase(
        "ERROR: HTTP error 503 while getting https://pypi.example/packages/x-1.whl (from https://pypi.example/simple/x/)",
        "PackageIndexUnavailable",
        true,
        "503"
    )]
    [TestCase(
        "ERROR: HTTP error 403 while getting https://pypi.example/packages/x-1.whl (from https://pypi.example/simple/x/)",
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
        "Err:1 http://archive.ubuntu.com/ubuntu noble InRelease\n  Temporary failure resolving 'archive.ubuntu.com'\nE: Failed to fetch http://archive.ubuntu.com/ubuntu/dists/noble/InRelease  Temporary failure resolving 'archive.ubuntu.com'\nE: Some index files failed to download. They have been ignored, or old ones used instead.",
        "PackageIndexUnavailable",
        true,
        "Temporary failure resolving"
    )]
    [TestCase(
        "E: Release file for http://archive.ubuntu.com/ubuntu/dists/noble-updates/InRelease is not valid yet (invalid for another 3h 1min 2s). Updates for this repository will not be applied.",
        "SystemPackageFailed",
        false,
        "not valid yet"
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
            $"time=\"2026-11-23T09:00:00Z\" level=info msg=\"RUN make all\"\n{said}\nerror building image: error building stage: failed to execute command: waiting for process to exit: exit status 1";
        var failure = FailureClassifier.Classify(
            Failed("BackoffLimitExceeded"),
            [Ended(1, "Error", log)],
            [],
            Dockerfile
        );
        Assert.That((failure.Failure.Reason, failure.IsTransient), Is.EqualTo((reason, isTransient)));
        Assert.That(failure.Failure.Message, Does.Contain(says));
    }

    [Test]
    public void The_step_that_failed_is_named_though_it_wrote_more_than_a_termination_message_holds()
    {
        const string Own = "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nRUN pip install a\nRUN make all\nUSER 1:1\n";
        var end =
            string.Concat(Enumerable.Range(0, 300).Select(i => $"cc -c file{i}.c\n"))
            + "make: *** [Makefile:3: all] Error 1\nerror building image: error building stage: failed to execute command: waiting for process to exit: exit status 2";
        // What an earlier step said and survived is none of this failure.
        var log =
            "time=\"2026-11-23T09:00:00Z\" level=info msg=\"RUN pip install a\"\nERROR: Ignored the following versions that require a different python version: 1.0\n"
            + "time=\"2026-11-23T09:00:07Z\" level=info msg=\"RUN make all\"\n"
            + end;
        var failure = FailureClassifier.Classify(
            Failed("BackoffLimitExceeded"),
            [Ended(2, "Error", end[^2048..])],
            [],
            Own,
            log
        );
        Assert.That(failure.Failure.Reason, Is.EqualTo("DockerfileStepFailed"));
        Assert.That(failure.Failure.Message, Does.StartWith("line 4: RUN make all"));
        Assert.That(Truncation.Utf8Length(failure.Failure.LogTail!), Is.LessThanOrEqualTo(MaskedLog.MaxBytes));
    }

    [TestCase(
        "error pushing image: failed to push to destination r/x:b1: PUT https://r/v2/x/manifests/b1: TAG_INVALID: The image tag 'b1' already exists and cannot be overwritten because the tag is immutable.",
        "PushFailed",
        false
    )]
    [TestCase(
        "error pushing image: failed to push to destination r/x:b1: POST https://r/v2/x/blobs/uploads/: DENIED: permission denied",
        "AuthenticationFailed",
        false
    )]
    [TestCase(
        "error pushing image: failed to push to destination r/x:b1: PATCH https://r/v2/x/blobs/uploads/1: unexpected status code 503 Service Unavailable",
        "PushFailed",
        true
    )]
    public void A_push_that_failed_after_the_digest_was_written_is_understood_from_the_log(
        string last,
        string reason,
        bool isTransient
    )
    {
        var failure = FailureClassifier.Classify(
            Failed("BackoffLimitExceeded"),
            [Ended(1, "Error", BuildExamples.Digest)],
            [],
            Dockerfile,
            $"time=\"x\" level=info msg=\"Pushing image to r/x:b1\"\n{last}\n"
        );
        Assert.That((failure.Failure.Reason, failure.IsTransient), Is.EqualTo((reason, isTransient)));
    }

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
        var pod = Ended(137, "Error", "error pushing image: failed to push");
        pod.Status.Reason = podReason;
        pod.Status.Message = message;
        var failure = FailureClassifier.Classify(Failed("BackoffLimitExceeded"), [pod], [], "");
        Assert.That((failure.Failure.Reason, failure.IsTransient), Is.EqualTo((reason, isTransient)));
        Assert.That(failure.Failure.Message, Does.StartWith(message.Trim().TrimEnd('.')));
    }

    [TestCase("DeletionByTaintManager", "NodeLost")]
    [TestCase("DeletionByPodGC", "NodeLost")]
    [TestCase("PreemptionByScheduler", "Evicted")]
    [TestCase("EvictionByEvictionAPI", "Evicted")]
    public void A_disruption_is_transient(string disruption, string reason)
    {
        var pod = Ended(137, "Error", "");
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
        var failure = FailureClassifier.Classify(Failed("BackoffLimitExceeded"), [pod], [], "");
        Assert.That((failure.Failure.Reason, failure.IsTransient), Is.EqualTo((reason, true)));
    }

    [Test]
    public void An_OOM_kill_names_the_limit()
    {
        var pod = Ended(137, "OOMKilled", "half a log");
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
        var failure = FailureClassifier.Classify(Failed("BackoffLimitExceeded"), [pod], [], "");
        Assert.That(failure.Failure.Message, Does.Contain("limit of 16Gi"));
        Assert.That(failure.Failure.LogTail, Is.EqualTo("half a log"));
    }

    [Test]
    public void A_recorded_failure_is_understood()
    {
        var failure = FailureClassifier.Classify(
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
        var failure = FailureClassifier.Classify(
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
        var failure = FailureClassifier.Classify(
            RecordedJobs.Job("noimage"),
            withPod ? [RecordedJobs.Pod("noimage")] : [],
            RecordedJobs.Events("noimage"),
            ""
        );
        Assert.That((failure.Failure.Reason, failure.IsTransient), Is.EqualTo(("ExecutorImagePull", false)));
        Assert.That(failure.Failure.Message, Does.Contain("127.0.0.1:5000/none/none:1: not found"));
    }

    [Test]
    public void A_deleted_Job_is_lost_and_a_stopped_one_canceled()
    {
        Assert.That(FailureClassifier.Classify(null, [], [], "").Reason, Is.EqualTo(FailureReason.JobLost));
        Assert.That(
            ClassifiedFailure.Canceled("spec.cancel is set").Failure.Message,
            Is.EqualTo("spec.cancel is set. Nothing.")
        );
    }

    [Test]
    public void A_message_fits_an_Event() =>
        Assert.That(
            Truncation.Utf8Length(
                ClassifiedFailure.Of(FailureReason.PushFailed, new string('é', 5000)).Failure.Message
            ),
            Is.InRange(900, ClassifiedFailure.MaxMessageBytes)
        );

    [Test]
    public void The_digest_is_read_from_a_succeeded_pod_and_nothing_else()
    {
        Assert.That(
            DigestReport.Read([Ended(0, "Completed", BuildExamples.Digest + "\n")]).Value.ToString(),
            Is.EqualTo(BuildExamples.Digest)
        );
        Assert.That(
            DigestReport.Read([RecordedJobs.Pod("ok")]).Problems.Single().Problem,
            Is.EqualTo("it isn't a digest but \"sha256:abc\"")
        );
        Assert.That(DigestReport.Read([]).Problems.Single().Problem, Does.Contain("no pod"));
        Assert.That(DigestReport.Read([Ended(1, "Error", BuildExamples.Digest)]).Problems, Is.Not.Empty);
    }

    [Test]
    public void Every_reason_stands_in_the_troubleshooting_guide()
    {
        var guide = File.ReadAllText(Path.Combine(Golden.Root(), "docs", "troubleshooting.md"));
        foreach (var reason in FailureReason.All)
        {
            Assert.That(
                guide,
                Does.Contain(
                    $"| `{reason.Name}` | {reason.Meaning} | {reason.Remedy} | {(reason.IsTransient ? "yes" : "no")} |"
                )
            );
        }
    }

    private static V1Job Failed(string reason) =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = "gemma-b42-a1" },
            Spec = new V1JobSpec { ActiveDeadlineSeconds = 7200 },
            Status = new V1JobStatus
            {
                Conditions =
                [
                    new V1JobCondition
                    {
                        Type = "FailureTarget",
                        Status = "True",
                        Reason = reason,
                        Message = "Job has failed",
                    },
                ],
            },
        };

    private static V1Pod Ended(int exitCode, string reason, string message) =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = "gemma-b42-a1-xyz" },
            Status = new V1PodStatus
            {
                Phase = exitCode == 0 ? "Succeeded" : "Failed",
                ContainerStatuses =
                [
                    new V1ContainerStatus
                    {
                        Name = "kaniko",
                        State = new V1ContainerState
                        {
                            Terminated = new V1ContainerStateTerminated
                            {
                                ExitCode = exitCode,
                                Reason = reason,
                                Message = message,
                            },
                        },
                    },
                ],
            },
        };
}
