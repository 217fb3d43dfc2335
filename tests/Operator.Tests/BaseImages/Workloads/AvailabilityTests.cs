using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using k8s.Models;

namespace Operator.Tests.BaseImages.Workloads;

/// <summary>Why nobody answers, in the words of whoever knows.</summary>
internal sealed class AvailabilityTests
{
    private static readonly DateTime Now = A.Morning;

    [TestCase(
        "FailedMount",
        "Unable to attach or mount volumes: unmounted volumes=[models]",
        null,
        "VolumeUnavailable",
        "FailedMount: Unable to attach"
    )]
    [TestCase(
        "FailedCreatePodSandBox",
        "runtime handler \"nvidia\" is not supported",
        "ContainerCreating",
        "ContainerNotCreated",
        "handler \"nvidia\""
    )]
    [TestCase(
        "Failed",
        "Failed to pull image \"x\": 401 Unauthorized",
        "ImagePullBackOff",
        "ImagePullError",
        "401 Unauthorized"
    )]
    [TestCase("Failed", "Error: context deadline exceeded", "ContainerCreating", "ModelLoading", "pods are starting")]
    [TestCase("Pulling", "Pulling image \"x\"", "ContainerCreating", "ModelLoading", "pods are starting")]
    public void A_pod_that_says_too_little_is_explained_by_its_events(
        string reason,
        string message,
        string? waiting,
        string says,
        string text
    )
    {
        var workload = Starting(waiting) with
        {
            Events =
            [
                new ObjectEvent("other", "FailedMount", "not this pod's"),
                new ObjectEvent("gemma-x", reason, message),
            ],
        };
        var available = Availability.Judge(workload)!;
        Assert.That((available.IsAvailable, available.Reason), Is.EqualTo((false, says)));
        Assert.That(available.Message, Does.Contain(text));
    }

    [TestCase(4, 0, 1)]
    [TestCase(5, 1, 30)]
    [TestCase(299, 1, 30)]
    [TestCase(300, 1, 60)]
    public void Events_are_asked_for_when_a_pod_takes_long(int seconds, int asked, int next)
    {
        var workload = Starting("ContainerCreating", Now.AddSeconds(-seconds));
        Assert.That(ServedPodEventsPolicy.Decide(workload, Now).Count(), Is.EqualTo(asked));
        Assert.That(
            ServedPodEventsPolicy.NextLook(workload, Now),
            Is.EqualTo(Now.AddSeconds(next)),
            "nothing else may wake anybody"
        );
    }

    [Test]
    public void A_pod_that_runs_or_has_no_node_is_not_silent()
    {
        var running = Starting(null, Now.AddHours(-1));
        running.Pods[0].Status.Phase = "Running";
        var unplaced = Starting(null, Now.AddHours(-1));
        unplaced.Pods[0].Spec.NodeName = null;
        Assert.That(
            ServedPodEventsPolicy.Decide(running, Now).Concat(ServedPodEventsPolicy.Decide(unplaced, Now)),
            Is.Empty
        );
        Assert.That(ServedPodEventsPolicy.NextLook(running, Now), Is.Null);
    }

    [TestCase(4, 0)]
    [TestCase(5, 1)]
    public void A_pod_whose_claim_gets_no_volume_is_explained_by_the_claim(int seconds, int asked)
    {
        var workload = Starting(null, Now.AddSeconds(-seconds));
        var pod = workload.Pods[0];
        pod.Spec.NodeName = null;
        pod.Spec.Volumes =
        [
            new V1Volume
            {
                Name = "models",
                PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = "weights" },
            },
            new V1Volume { Name = "tmp", EmptyDir = new V1EmptyDirVolumeSource() },
        ];
        pod.Status.Conditions =
        [
            new V1PodCondition
            {
                Type = "PodScheduled",
                Status = "False",
                Message = "1 Insufficient cpu, which is no longer true",
            },
        ];
        workload = workload with
        {
            Pods = [PodCacheTrimming.Of(pod)],
            Events =
            [
                new ObjectEvent("other", "ProvisioningFailed", "not this pod's"),
                new ObjectEvent("weights", "ProvisioningFailed", "unsupported access mode: ReadWriteMany"),
            ],
        };
        Assert.Multiple(() =>
        {
            Assert.That(ServedPodEventsPolicy.ClaimsAwaited(workload, Now).Count(), Is.EqualTo(asked));
            Assert.That(ServedPodEventsPolicy.NextLook(workload, Now), Is.EqualTo(Now.AddSeconds(asked == 0 ? 1 : 30)));
            Assert.That(
                Availability.Judge(workload)!.Message,
                Does.Contain("PersistentVolumeClaim weights gets no volume: unsupported access mode: ReadWriteMany")
            );
        });
    }

    [Test]
    public void What_is_to_serve_speaks_before_what_goes()
    {
        var workload = Starting("ImagePullBackOff");
        var old = Pod("gemma-old", "old", "CrashLoopBackOff", Now);
        Assert.That(
            Availability.Judge(workload with { Pods = [old, .. workload.Pods] })!.Reason,
            Is.EqualTo("ImagePullError")
        );
    }

    private static Workload Starting(string? waiting, DateTime? created = null)
    {
        var deployment = ServingDeployment.Render(A.BaseImage(), ServingTemplate.For(A.BaseImage(), "new"));
        deployment.Status = new V1DeploymentStatus();
        return new Workload { Deployment = deployment, Pods = [Pod("gemma-x", "new", waiting, created ?? Now)] };
    }

    private static V1Pod Pod(string name, string image, string? waiting, DateTime created) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = name,
                CreationTimestamp = created,
                Annotations = ServingTemplate.For(A.BaseImage(), image).Pod.Metadata.Annotations,
            },
            Spec = new V1PodSpec
            {
                NodeName = "n1",
                Containers = [new V1Container { Name = ServingDeployment.ContainerName, Image = image }],
            },
            Status = new V1PodStatus
            {
                Phase = "Pending",
                ContainerStatuses = waiting is null
                    ? null
                    :
                    [
                        new V1ContainerStatus
                        {
                            Name = ServingDeployment.ContainerName,
                            State = new V1ContainerState
                            {
                                Waiting = new V1ContainerStateWaiting { Reason = waiting, Message = "Back-off" },
                            },
                        },
                    ],
            },
        };
}
