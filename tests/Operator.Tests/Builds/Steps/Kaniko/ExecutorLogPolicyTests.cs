using GemmaOperator.Builds.Steps.Kaniko;
using k8s.Models;

namespace Operator.Tests.Builds.Steps.Kaniko;

internal sealed class ExecutorLogPolicyTests
{
    [TestCase("Failed", 1, "Error", true)]
    [TestCase("Failed", 137, "OOMKilled", false, Description = "the kernel's word is enough")]
    [TestCase(null, 1, "Error", false, Description = "it runs")]
    public void The_log_is_asked_for_when_an_executor_has_failed_by_itself(
        string? condition,
        int code,
        string reason,
        bool isAsked
    )
    {
        var job = Given.KanikoJob(1, condition, "BackoffLimitExceeded");
        job.Spec = new V1JobSpec
        {
            Template = new V1PodTemplateSpec
            {
                Spec = new V1PodSpec { Containers = [new V1Container { Name = KanikoJob.Container }] },
            },
        };
        var pod = Given.Pod(job, "Failed");
        pod.Status.ContainerStatuses =
        [
            new V1ContainerStatus
            {
                Name = KanikoJob.Container,
                State = new V1ContainerState
                {
                    Terminated = new V1ContainerStateTerminated { ExitCode = code, Reason = reason },
                },
            },
        ];
        var chosen = ExecutorLogPolicy.Choose(Given.Snapshot(A.Build(1), jobs: [job], pods: [pod]));
        Assert.That(chosen is not null, Is.EqualTo(isAsked));
    }
}
