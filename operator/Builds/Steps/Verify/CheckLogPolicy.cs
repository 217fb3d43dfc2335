using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Steps.Contents;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Verify;

/// <summary>
/// Decides when the log of a check is worth asking for: once it has ended well, and until its list is kept.
/// </summary>
internal static class CheckLogPolicy
{
    /// <summary>
    /// Returns the Job of the check and the pod whose report is read; null where nothing is to be read.
    /// </summary>
    public static (V1Job Job, V1Pod Pod)? Choose(BuildSnapshot s)
    {
        if (
            s.Build.IsFinished
            || !OpenProof.MustRun(s.Spec.Template, s.Status)
            || !ContentsPolicy.IsOpen(s.Status)
            || StepRun.Read(s, VerifyStep.Instance).Job is not { } name
            || s.Jobs.FirstOrDefault(j => j.Metadata.Name == name) is not { } job
        )
        {
            return null;
        }

        return Reporter(s.Observe(job)) is { } pod ? (job, pod) : null;
    }

    /// <summary>Returns the newest pod of a Job whose check has ended well; null when none has.</summary>
    public static V1Pod? Reporter(ObservedJob job) =>
        job.Pods.FirstOrDefault(pod => pod.StatusOf(VerifyJob.Container)?.State?.Terminated is { ExitCode: 0 });
}
