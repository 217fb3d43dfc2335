using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Cluster;
using k8s.Models;

namespace Operator.Tests.Builds.Steps.Kaniko;

/// <summary>Builds Jobs and pods of attempts that failed, and classifies them.</summary>
internal static class FailedAttempt
{
    public const string Dockerfile = "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nRUN echo one; \\\n    make all\nUSER 1:1\n";

    /// <summary>Classifies an executor that ended by itself with a termination message.</summary>
    public static ClassifiedFailure Saying(
        string message,
        int exitCode = 1,
        string? log = null,
        string? dockerfile = null,
        RequirementOrigin? origin = null
    ) => Classify(Failed("BackoffLimitExceeded"), [Ended(exitCode, "Error", message)], [], dockerfile, log, origin);

    public static ClassifiedFailure Classify(
        V1Job job,
        IReadOnlyList<V1Pod> pods,
        IReadOnlyList<ObjectEvent> events,
        string? dockerfile = null,
        string? log = null,
        RequirementOrigin? origin = null
    ) =>
        FailureClassifier.Classify(
            new ObservedJob(job, pods, events),
            new FailedLog.Given(dockerfile ?? Dockerfile, origin ?? RequirementOrigin.None),
            log is null ? null : new ExecutorLog(job.Metadata.Name, log)
        );

    public static V1Job Failed(string reason) =>
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

    public static V1Pod Ended(int exitCode, string reason, string message) =>
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
