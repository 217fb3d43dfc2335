using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Cluster;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Verify;

/// <summary>Says why a verification pod didn't come to a report.</summary>
internal static class VerifyFailureClassifier
{
    /// <summary>Classifies a Job that has failed.</summary>
    public static ClassifiedFailure Classify(ObservedJob observed, BuildTemplate template) =>
        JobFailure.Read(observed, VerifyJob.Container) switch
        {
            JobFailure.ContainerEnded { State: { Reason: "StartError" or "ContainerCannotRun" } ended } => Reject(
                $"the check can't be started in it: {ended.Message}"
            ),
            JobFailure.ContainerEnded { State: var ended } => Reject(
                $"the check inside it ended with exit code {ended.ExitCode}",
                MaskedLog.Of(ended.Message)
            ),
            var failure => JobFailureClassifier.Classify(failure, VerifyWords.For(template)),
        };

    /// <summary>Classifies a Job that came to an end without a report that can be read.</summary>
    public static ClassifiedFailure ClassifyUnread(string problem) => Reject(problem);

    private static ClassifiedFailure Reject(string detail, string? logTail = null) =>
        ClassifiedFailure.Of(FailureReason.PullTestFailed, detail, VerifyJob.Container, logTail);
}
