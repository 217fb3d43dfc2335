using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>
/// When the executor's own log is worth asking for. The termination message holds the last 2 KiB, in which a long step
/// leaves no room for its name; and after a failed push it holds the image's digest instead.
/// </summary>
internal static class ExecutorLog
{
    /// <summary>The pod of a failed attempt whose executor ended by itself; null when there is none.</summary>
    public static V1Pod? Of(BuildSnapshot s) =>
        !s.Build.IsFinished
        && s.Jobs.Where(KanikoJob.Is).MaxBy(job => job.Metadata.CreationTimestamp ?? DateTime.MinValue)
            is { HasFailed: true } job
            ? s.PodsOf(job)
                .FirstOrDefault(pod =>
                    FailureClassifier.Executor(pod)?.State?.Terminated is { ExitCode: not 0, Reason: not "OOMKilled" }
                )
            : null;
}
