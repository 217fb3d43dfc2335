using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Decides whose log tells what the layers of a candidate hold.</summary>
internal static class PublisherLogPolicy
{
    /// <summary>
    /// Returns the Job that made the candidate and its pod whose publisher has ended well; null where the executor
    /// pushed by itself, or the pod is gone.
    /// </summary>
    public static (V1Job Job, V1Pod Pod)? Choose(BuildSnapshot s) =>
        StepRun.Read(s, KanikoStep.Instance).Job is { } name
        && s.Jobs.FirstOrDefault(j => j.Metadata.Name == name) is { } job
        && KanikoJob.IsIsolated(job)
        && s.PodsOf(job)
            .FirstOrDefault(pod => pod.StatusOf(IsolatedPod.Publisher)?.State?.Terminated is { ExitCode: 0 })
            is { } pod
            ? (job, pod)
            : null;
}
