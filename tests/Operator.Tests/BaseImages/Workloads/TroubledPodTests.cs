using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;

namespace Operator.Tests.BaseImages.Workloads;

/// <summary>Pods as a kubelet of Kubernetes 1.36 with containerd 2.1 described them.</summary>
internal sealed class TroubledPodTests
{
    private static readonly DateTime Now = new(2026, 11, 26, 20, 0, 0, DateTimeKind.Utc);

    [Test]
    public void A_crash_is_told_with_its_cause_and_in_the_same_words_each_time()
    {
        var first = Of(
            Crashing(
                restarts: 1,
                backOff: "10s",
                message: "info: starting\nDTYPE: 'float7' isn't one of auto, float32, float16, bfloat16\n"
            )
        );
        var third = Of(
            Crashing(
                restarts: 3,
                backOff: "40s",
                message: "info: starting\nDTYPE: 'float7' isn't one of auto, float32, float16, bfloat16\n"
            )
        );
        Assert.That(first, Is.EqualTo(third), "a back-off that grows is no news");
        Assert.That(first.Reason, Is.EqualTo(ImageReason.Available.ContainerCrashLoop));
        Assert.That(
            first.Message,
            Is.EqualTo(
                "0 of 1 pods are available: pod new crashes: exit code 1 (Error): DTYPE: 'float7' isn't one "
                    + "of auto, float32, float16, bfloat16"
            )
        );
    }

    [Test]
    public void A_crash_is_a_crash_before_the_kubelet_calls_it_a_loop()
    {
        var pod = Crashing(1, "10s", "the one before");
        var container = pod.Status.ContainerStatuses[0];
        container.State = new V1ContainerState
        {
            Terminated = new V1ContainerStateTerminated
            {
                ExitCode = 137,
                Reason = "OOMKilled",
                Message = "this one",
            },
        };
        Assert.That(
            (Of(pod).Reason, Of(pod).Message),
            Is.EqualTo(
                (
                    ImageReason.Available.ContainerCrashLoop,
                    "0 of 1 pods are available: pod new crashes: exit code 137 (OOMKilled): this one"
                )
            )
        );
    }

    [Test]
    public void The_cause_stands_before_its_stack_trace()
    {
        var pod = Crashing(
            1,
            "10s",
            "Unhandled exception. System.IO.IOException: no tokenizer\n   at Program.Main()\n   at Program.<Main>()\n"
        );
        Assert.That(
            Of(pod).Message,
            Does.EndWith("exit code 1 (Error): Unhandled exception. System.IO.IOException: no tokenizer")
        );
    }

    [Test]
    public void A_long_last_line_leaves_room_for_the_rest_of_a_message()
    {
        Assert.That(
            Of(Crashing(1, "10s", new string('x', 2000))).Message,
            Has.Length.LessThan(400).And.Contains("exit code 1")
        );
    }

    [Test]
    public void A_crash_without_words_still_has_its_exit_code() =>
        Assert.That(
            Of(Crashing(1, "10s", message: null)).Message,
            Does.EndWith("pod new crashes: exit code 1 (Error)")
        );

    [Test]
    public void A_pod_that_waits_for_what_its_predecessor_holds_waits_for_no_GPU()
    {
        var waits = Of(Unscheduled(), Ending());
        Assert.That(
            (waits.IsAvailable, waits.Reason),
            Is.EqualTo((false, ImageReason.Available.ModelLoading)),
            "each rollout in place passes here: no warning"
        );
        Assert.That(waits.Message, Does.Contain("pod old still ends"));
    }

    [Test]
    public void Once_the_predecessor_is_gone_it_is_the_GPU_that_is_missing()
    {
        var gone = Ending();
        gone.Status.Phase = "Succeeded";
        foreach (var pods in new V1Pod[][] { [Unscheduled()], [Unscheduled(), gone] })
        {
            Assert.That(Of(pods).Reason, Is.EqualTo(ImageReason.Available.WaitingForGpu));
            Assert.That(Of(pods).Message, Does.Contain("Insufficient nvidia.com/gpu"));
        }
    }

    [Test]
    public void A_crashed_server_s_log_reaches_the_pod_s_status()
    {
        var image = A.BaseImage();
        var server = ServingTemplate.For(image, "registry.example/team/app@sha256:" + new string('a', 64)).Server;
        Assert.That(server.TerminationMessagePolicy, Is.EqualTo("FallbackToLogsOnError"));
    }

    private static Availability Of(params V1Pod[] pods) =>
        Availability.Judge(
            new Workload
            {
                Deployment = ServingDeployment.Render(A.BaseImage(), ServingTemplate.For(A.BaseImage(), "new")),
                Pods = pods,
            }
        )!;

    private static V1Pod Crashing(int restarts, string backOff, string? message) =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = "new" },
            Spec = new V1PodSpec { NodeName = "node1" },
            Status = new V1PodStatus
            {
                Phase = "Running",
                ContainerStatuses =
                [
                    new V1ContainerStatus
                    {
                        Name = ServingDeployment.ContainerName,
                        RestartCount = restarts,
                        State = new V1ContainerState
                        {
                            Waiting = new V1ContainerStateWaiting
                            {
                                Reason = "CrashLoopBackOff",
                                Message = $"back-off {backOff} restarting failed container=server pod=new_ml(bddf48cd)",
                            },
                        },
                        LastState = new V1ContainerState
                        {
                            Terminated = new V1ContainerStateTerminated
                            {
                                ExitCode = 1,
                                Reason = "Error",
                                Message = message,
                            },
                        },
                    },
                ],
            },
        };

    private static V1Pod Unscheduled() =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = "new" },
            Spec = new V1PodSpec(),
            Status = new V1PodStatus
            {
                Phase = "Pending",
                Conditions =
                [
                    new V1PodCondition
                    {
                        Type = "PodScheduled",
                        Status = "False",
                        Reason = "Unschedulable",
                        Message = "0/1 nodes are available: 1 Insufficient nvidia.com/gpu.",
                    },
                ],
            },
        };

    private static V1Pod Ending() =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = "old", DeletionTimestamp = Now },
            Spec = new V1PodSpec { NodeName = "node1" },
            Status = new V1PodStatus { Phase = "Running" },
        };
}
