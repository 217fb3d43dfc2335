using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>
/// Decides when the executor's own log is worth asking for. The termination message holds the last 2 KiB, in which a
/// long step leaves no room for its name; and after a failed push it holds the image's digest instead.
/// </summary>
internal static class ExecutorLogPolicy
{
    /// <summary>
    /// Returns the newest attempt and its pod when that attempt failed and its executor ended by itself; else null. A
    /// sidecar that runs on keeps a Job from saying that it has failed.
    /// </summary>
    public static (V1Job Job, V1Pod Pod)? Choose(BuildSnapshot s)
    {
        var newest = s.Jobs.Where(KanikoJob.Is).MaxBy(job => job.Metadata.CreationTimestamp ?? DateTime.MinValue);
        if (
            s.Build.IsFinished
            || newest is null
            || (
                !newest.HasFailed
                && s.Observe(newest).HeldOpenBy(KanikoJob.Pusher(newest), KanikoWords.For(newest).Containers) is null
            )
        )
        {
            return null;
        }

        return
            s.PodsOf(newest)
                .FirstOrDefault(pod =>
                    pod.StatusOf(KanikoJob.Container)?.State?.Terminated is { ExitCode: not 0, Reason: not "OOMKilled" }
                )
                is { } pod
            ? (newest, pod)
            : null;
    }
}
