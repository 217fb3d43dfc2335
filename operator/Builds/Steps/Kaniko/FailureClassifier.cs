using GemmaOperator.Builds.Failures;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>
/// Says why an attempt failed. What the cluster shows comes before the log: the kubelet's word is exact, the log is
/// text.
/// </summary>
internal static class FailureClassifier
{
    /// <summary>Classifies a failed attempt.</summary>
    /// <param name="observed">The Job that failed.</param>
    /// <param name="given">What the executor was given.</param>
    /// <param name="log">The executor's log, as much of its end as could be had; null without one.</param>
    public static ClassifiedFailure Classify(ObservedJob observed, FailedLog.Given given, ExecutorLog? log = null) =>
        KanikoJob.IsIsolated(observed.Job) && observed.EndOf(KanikoJob.Container) is null or { ExitCode: 0 }
            ? PublisherFailure.Classify(observed)
            : OfExecutor(observed, given, log);

    private static ClassifiedFailure OfExecutor(ObservedJob observed, FailedLog.Given given, ExecutorLog? log)
    {
        var words = KanikoWords.For(observed.Job);
        return JobFailure.Read(observed, KanikoJob.Container, words.Containers) switch
        {
            JobFailure.ContainerEnded { State: var ended } => OfExecutor(
                ended,
                given,
                log?.Job == observed.Name ? log : null
            ),
            var failure => JobFailureClassifier.Classify(failure, words with { Container = KanikoJob.Container }),
        };
    }

    /// <summary>The executor ended by itself.</summary>
    private static ClassifiedFailure OfExecutor(
        V1ContainerStateTerminated ended,
        FailedLog.Given given,
        ExecutorLog? log
    )
    {
        // A digest says little: it is written before the image is pushed, and for each layer that goes to the cache as
        // well (pkg/executor/push.go), so the step behind a cached one leaves it, too.
        var said = log?.Text ?? (DigestReport.IsDigest(ended.Message) ? null : ended.Message);
        var tail = LogTail.Of(said);
        return LogDiagnosis.Diagnose(new FailedLog(tail, WholeLog.Of(said), given))
            ?? ClassifiedFailure.Of(
                FailureReason.ExecutorFailed,
                "The executor ended with exit code "
                    + $"{ended.ExitCode}{(tail.Text.Length == 0 ? ", and its log can't be read" : "")}",
                KanikoJob.Container,
                tail.Text
            );
    }
}
