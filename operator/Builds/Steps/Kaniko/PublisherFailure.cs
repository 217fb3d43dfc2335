using GemmaOperator.Builds.Failures;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Staging;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Says why a build failed whose executor didn't: of what is pushed, and of the pod.</summary>
internal static class PublisherFailure
{
    public static ClassifiedFailure Classify(ObservedJob observed)
    {
        var words = KanikoWords.For(observed.Job);
        return JobFailure.Read(observed, IsolatedPod.Publisher, words.Containers) switch
        {
            JobFailure.ContainerEnded { State: var ended } => PushReport.Read(ended.Message) is { } report
                ? Of(report)
                : ClassifiedFailure.Of(
                    FailureReason.PushFailed,
                    $"The container that pushes ended with exit code {ended.ExitCode}",
                    IsolatedPod.Publisher,
                    LogTail.Of(ended.Message).Text
                ),
            JobFailure.OutOfMemory => ClassifiedFailure.Of(
                FailureReason.PushFailed,
                "The container that pushes was killed for its memory, of which its node was short",
                IsolatedPod.Publisher
            ),
            var failure => JobFailureClassifier.Classify(failure, words),
        };
    }

    /// <summary>What a registry refused is told as the operator tells it of its own requests.</summary>
    private static ClassifiedFailure Of(PushReport report) =>
        ClassifiedFailure.Of(
            report.Error is RegistryError.Unauthorized or RegistryError.Denied
                ? FailureReason.AuthenticationFailed
                : FailureReason.PushFailed,
            report.Message,
            IsolatedPod.Publisher,
            isTransient: report.IsTransient,
            remedy: report.Error is null ? "Build again; if it repeats, read the log of the executor." : null
        );
}
