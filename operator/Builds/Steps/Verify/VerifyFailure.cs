using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Verify;

/// <summary>Why a verification pod didn't come to a report, in the words of a verification.</summary>
internal static class VerifyFailure
{
    /// <summary>A failed Job.</summary>
    public static ClassifiedFailure Of(V1Job job, IReadOnlyList<V1Pod> pods, IReadOnlyList<ObjectEvent> events)
    {
        var cause = FailureClassifier.Classify(job, pods, events, "");
        if (
            cause.Reason == FailureReason.Evicted
            || cause.Reason == FailureReason.NodeLost
            || cause.Reason == FailureReason.JobLost
        )
        {
            return cause;
        }

        var ended = pods.Select(FailureClassifier.Executor)
            .FirstOrDefault(c => c?.State?.Terminated is not null)
            ?.State.Terminated;
        return cause.Reason switch
        {
            var r when r == FailureReason.OutOfMemory => Rejected(
                "the check was killed for its memory; raise spec.verification.pullTest.resources.limits.memory"
            ),
            var r when r == FailureReason.TimedOut => Rejected(
                $"the check didn't end within {job.Spec?.ActiveDeadlineSeconds} s (spec.verification.pullTest.timeout)"
            ),
            var r
                when r == FailureReason.ExecutorImagePull
                    || r == FailureReason.Unschedulable
                    || r == FailureReason.PodRefused
                    || r == FailureReason.VolumeMountFailed
                    || r == FailureReason.EphemeralStorageExceeded => Rejected(cause.Failure.Message),
            _ when ended is { Reason: "StartError" or "ContainerCannotRun" } => Rejected(
                $"the check can't be started in it: {ended.Message}"
            ),
            _ when ended is not null => Rejected(
                $"the check inside it ended with exit code {ended.ExitCode}",
                MaskedLog.Of(ended.Message)
            ),
            _ => Rejected(cause.Failure.Message),
        };
    }

    /// <summary>A pod that has been waiting for too long.</summary>
    public static ClassifiedFailure Of(PodStartProblem trouble) =>
        trouble.Message.Contains("runAsNonRoot", StringComparison.Ordinal)
        || trouble.Message.Contains("non-numeric user", StringComparison.Ordinal)
            ? ClassifiedFailure.Of(FailureReason.RunsAsRoot, trouble.Message, VerifyJob.Container)
            : Rejected(trouble.Message);

    /// <summary>A Job that came to an end without a report.</summary>
    public static ClassifiedFailure NoReport(string problem) => Rejected(problem);

    private static ClassifiedFailure Rejected(string detail, string? logTail = null) =>
        ClassifiedFailure.Of(FailureReason.PullTestFailed, detail, VerifyJob.Container, logTail);
}
