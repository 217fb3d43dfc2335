using GemmaOperator.Cluster;
using k8s.Models;

namespace Operator.Tests.Cluster;

internal sealed class PodStartProblemTests
{
    private static readonly DateTimeOffset Created = new(2026, 11, 23, 14, 11, 37, TimeSpan.Zero);

    [Test]
    public void A_recorded_pod_without_its_image_is_in_trouble_at_once_and_fails_after_a_bound()
    {
        var trouble = Read([RecordedJobs.Pod("noimage", "pending")], RecordedJobs.Events("noimage"))!;
        Assert.That(trouble.Kind, Is.EqualTo(PodProblem.ImagePull));
        Assert.That(trouble.Message, Does.Contain("not found"));
        Assert.That(trouble.HasLasted(Created + TimeSpan.FromMinutes(1)), Is.False);
        Assert.That(
            (trouble.HasLasted(Created + PodStartProblem.StartBound), trouble.IsTransient),
            Is.EqualTo((true, false))
        );
        Assert.That(trouble.Deadline, Is.EqualTo(Created + PodStartProblem.StartBound));
    }

    [Test]
    public void A_pod_that_no_node_takes_says_what_the_scheduler_says()
    {
        var pod = Pending();
        pod.Status.Conditions =
        [
            new V1PodCondition
            {
                Type = "PodScheduled",
                Status = "False",
                Reason = "Unschedulable",
                LastTransitionTime = Created.UtcDateTime,
                Message = "0/3 nodes are available: 3 Insufficient memory.",
            },
        ];
        var trouble = Read([pod], [])!;
        Assert.That(trouble.Message, Is.EqualTo("0/3 nodes are available: 3 Insufficient memory."));
        Assert.That(trouble.HasLasted(Created + PodStartProblem.SchedulingBound - TimeSpan.FromSeconds(1)), Is.False);
        Assert.That(trouble.HasLasted(Created + PodStartProblem.SchedulingBound));
        Assert.That((trouble.Kind, trouble.IsTransient), Is.EqualTo((PodProblem.Unschedulable, true)));
    }

    [Test]
    public void A_Secret_that_is_missing_is_seen_in_the_events()
    {
        var pod = Pending();
        pod.Status.ContainerStatuses =
        [
            new V1ContainerStatus
            {
                Name = "kaniko",
                State = new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "ContainerCreating" } },
            },
        ];
        var trouble = Read(
            [pod],
            [
                new ObjectEvent(
                    "p",
                    "FailedMount",
                    "MountVolume.SetUp failed for volume \"docker-config\" : secret \"push\" not found"
                ),
            ]
        )!;
        Assert.That(trouble.Kind, Is.EqualTo(PodProblem.Mount));
        Assert.That(trouble.Message, Does.Contain("secret \"push\" not found"));
    }

    [Test]
    public void A_registry_that_can_not_be_reached_is_transient()
    {
        var trouble = Read(
            [Pending()],
            [new ObjectEvent("p", "Failed", "Failed to pull image \"x\": dial tcp: i/o timeout")]
        )!;
        Assert.That(trouble.IsTransient, Is.True);
    }

    [Test]
    public void The_digits_of_a_digest_are_no_status_of_a_registry()
    {
        var image = $"r.example/kaniko@sha256:{string.Concat(Enumerable.Repeat("a401b403", 8))}";
        Assert.That(
            Read(
                [Pending()],
                [new ObjectEvent("p", "Failed", $"Failed to pull image \"{image}\": dial tcp: i/o timeout")]
            )!.IsTransient,
            Is.True
        );
        Assert.That(
            Read(
                [Pending()],
                [
                    new ObjectEvent(
                        "p",
                        "Failed",
                        $"Failed to pull image \"{image}\": unexpected status from HEAD request: 403 Forbidden"
                    ),
                ]
            )!.IsTransient,
            Is.False
        );
    }

    [Test]
    public void A_second_container_without_its_image_holds_up_a_pod_that_runs()
    {
        var pod = Pending();
        pod.Status.Phase = "Running";
        pod.Status.ContainerStatuses =
        [
            new V1ContainerStatus
            {
                Name = "scan",
                State = new V1ContainerState { Running = new V1ContainerStateRunning() },
            },
            new V1ContainerStatus
            {
                Name = "report",
                State = new V1ContainerState
                {
                    Waiting = new V1ContainerStateWaiting
                    {
                        Reason = "ImagePullBackOff",
                        Message = "gemma-operator: not found",
                    },
                },
            },
        ];
        Assert.That(Read([pod], [])!.Message, Does.Contain("gemma-operator: not found"));
    }

    [Test]
    public void A_pod_that_runs_or_just_began_is_in_no_trouble()
    {
        Assert.That(Read([], []), Is.Null);
        Assert.That(Read([Pending()], []), Is.Null);
        Assert.That(Read([Pending()], [new ObjectEvent("other", "FailedMount", "x")]), Is.Null);
        var running = Pending();
        running.Status.Phase = "Running";
        Assert.That(Read([running], [new ObjectEvent("p", "FailedMount", "earlier")]), Is.Null);
    }

    [Test]
    public void An_event_says_which_container_s_image_does_not_come()
    {
        var told = ObjectEvent.Of(
            new Corev1Event
            {
                InvolvedObject = new V1ObjectReference { Name = "p", FieldPath = "spec.initContainers{packages}" },
                Reason = "Failed",
                Message = "Failed to pull image \"x\": not found",
            }
        );
        Assert.That(Read([Pending()], [told])!.Container, Is.EqualTo("packages"));
    }

    [TestCase("Error: container has runAsNonRoot and image will run as root", "RootUser")]
    [TestCase("Error: container has runAsNonRoot and image has non-numeric user (app)", "RootUser")]
    [TestCase("secret \"x\" not found", "Container")]
    public void A_container_that_can_not_be_made_is_told_from_a_user_that_is_refused(string message, string kind)
    {
        var pod = Pending();
        pod.Status.ContainerStatuses =
        [
            new V1ContainerStatus
            {
                Name = "verify",
                State = new V1ContainerState
                {
                    Waiting = new V1ContainerStateWaiting { Reason = "CreateContainerConfigError", Message = message },
                },
            },
        ];
        Assert.That(Read([pod], [])!.Kind.ToString(), Is.EqualTo(kind));
    }

    private static PodStartProblem? Read(IReadOnlyList<V1Pod> pods, IReadOnlyList<ObjectEvent> events) =>
        PodStartProblem.Read(new ObservedJob(new V1Job { Metadata = new V1ObjectMeta { Name = "job" } }, pods, events));

    private static V1Pod Pending() =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = "p", CreationTimestamp = Created.UtcDateTime },
            Status = new V1PodStatus { Phase = "Pending" },
        };
}
