using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;
using static Operator.Tests.BaseImages.Serving.RolloutWorld;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>Only what a server did is held against its image; what keeps one from starting is told, and waited for.</summary>
internal sealed class FaultTests
{
    private static readonly TestCaseData[] NotTheImages =
    [
        Case(
            "refused by its kubelet",
            "PodsRefused",
            "Allocate failed",
            w => w.RefuseOnNode("UnexpectedAdmissionError", "Allocate failed: requested 2")
        ),
        Case(
            "refused for its topology",
            "PodsRefused",
            "TopologyAffinityError",
            w => w.RefuseOnNode("TopologyAffinityError", "Resources cannot be allocated with Topology locality")
        ),
        Case(
            "refused for what nobody has heard of",
            "PodsRefused",
            "FutureError: not today",
            w => w.RefuseOnNode("FutureError", "not today")
        ),
        Case(
            "refused by a quota",
            "PodsRefused",
            "exceeded quota",
            w => w.Refuse("pods \"gemma-x\" is forbidden: exceeded quota: gpus")
        ),
        Case("without a node", "WaitingForGPU", "Insufficient nvidia.com/gpu", w => w.Place(null)),
        Case(
            "preempted or evicted",
            "PodsEvicted",
            "The node was low on resource: memory",
            w =>
                w.Change(p =>
                    (p.Status.Phase, p.Status.Reason, p.Status.Message) = (
                        "Failed",
                        "Evicted",
                        "The node was low on resource: memory"
                    )
                )
        ),
        Case(
            "without its volume",
            "VolumeUnavailable",
            "Multi-Attach error for volume \"pvc-1\"",
            w => w.Place("n2").Tell("FailedAttachVolume", "Multi-Attach error for volume \"pvc-1\"")
        ),
        Case(
            "whose image can't be pulled",
            "ImagePullError",
            "manifest unknown",
            w =>
                w.Place("n2")
                    .Change(p => p.Status.ContainerStatuses = [Waiting("ImagePullBackOff", "Back-off")])
                    .Tell("Failed", "Failed to pull image \"x\": manifest unknown")
        ),
        Case(
            "whose sandbox can't be made",
            "ContainerNotCreated",
            "no runtime for \"nvidia\"",
            w => w.Place("n2").Tell("FailedCreatePodSandBox", "no runtime for \"nvidia\"")
        ),
        Case(
            "whose container can't be made",
            "ContainerNotCreated",
            "secret \"hub\" not found",
            w =>
                w.Place("n2")
                    .Change(p =>
                        p.Status.ContainerStatuses = [Waiting("CreateContainerConfigError", "secret \"hub\" not found")]
                    )
        ),
        Case(
            "whose proxy isn't ready",
            "SidecarNotReady",
            "container istio-proxy isn't ready",
            w => w.Change(WithProxy)
        ),
        Case(
            "whose init container of others fails",
            "SidecarNotReady",
            "container istio-init hasn't done its part",
            w => w.Place("n2").Change(WithInit)
        ),
        Case(
            "on a node that is lost",
            "NodeLost",
            "node n1 is lost since 2026-11-23 08:30:00 UTC (Kubelet stopped posting node status)",
            w => w.Lose("n1")
        ),
        Case("of which nothing is known", "ModelLoading", "pods are starting", w => w.Place("n2")),
    ];

    [TestCaseSource(nameof(NotTheImages))]
    public void Past_its_deadline_no_image_is_given_up_for_a_pod(
        string reason,
        string words,
        Func<RolloutWorld, RolloutWorld> spoil
    )
    {
        var world = spoil(new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New, available: 0));
        world.Step();
        Assert.That(
            (world.Condition("Available"), world.Told.Count(t => t.Reason == reason)),
            Is.EqualTo(($"False {reason}", reason == "ModelLoading" ? 0 : 1)),
            "it is told at once"
        );
        Assert.That(world.Message("Available"), Does.Contain(words));
        world.Exceed().Wait(TimeSpan.FromHours(9)).Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Status.RejectedDigests, Is.Null);
            Assert.That(world.Status.RejectedSettings, Is.Null);
            Assert.That(world.Step(), Is.EqualTo(New), "it is waited for");
            Assert.That(world.Message("Ready"), Does.Contain(reason == "ModelLoading" ? "nothing says why" : words));
        }
    }

    [TestCaseSource(nameof(NotTheImages))]
    public void In_its_soak_no_image_is_given_up_for_a_pod(
        string reason,
        string words,
        Func<RolloutWorld, RolloutWorld> spoil
    )
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New);
        world.Step();
        spoil(world.Deploy(New, available: 0)).Step();
        world.Wait(TimeSpan.FromHours(9)).Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Status.RejectedDigests, Is.Null);
            Assert.That(world.Proof, Is.TypeOf<RolloutProof.Waiting>());
            Assert.That(
                world.Message("Reconciling"),
                Does.Contain(reason == "ModelLoading" ? "are being made" : words)
            );
        }

        world.Deploy(New).Step();
        Assert.That(world.Status.Rollout!.Stage.Text, Is.EqualTo("Soaking"), "it goes on by itself");
    }

    [Test]
    public void A_server_that_runs_and_is_not_ready_in_its_time_is_the_image_s()
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New, available: 0).Place("n2").Start();
        world.Exceed().Wait(TimeSpan.FromMinutes(29)).Step();
        Assert.That(world.Status.RejectedDigests, Is.Null, "its time counts from its start");
        world.Wait(TimeSpan.FromMinutes(1)).Step();
        Assert.That(world.Status.RejectedDigests, Is.EqualTo(new[] { New.Digest }));
    }

    [Test]
    public void A_crash_on_a_node_that_was_lost_since_counts_no_more()
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New, available: 0, restarts: 3).Lose("n1");
        world.Step();
        Assert.That(world.Status.RejectedDigests, Is.Null);
    }

    [TestCase(false, true)]
    [TestCase(true, false)]
    public void A_request_without_an_answer_is_the_image_s_unless_a_proxy_stands_before_it(
        bool hasProxy,
        bool isRejected
    )
    {
        var world = new RolloutWorld(r => r with { SmokeTest = new() }).Serving(Old).With(2).Deploy(New);
        world.Change(p =>
        {
            if (hasProxy)
            {
                p.Spec.Containers = [.. p.Spec.Containers, new V1Container { Name = "istio-proxy" }];
            }
        });
        world.Step();
        world
            .Ask($$"""{"v":1,"digest":"{{DigestOfTarget}}","ok":false,"answered":false,"detail":"connection reset"}""")
            .Step();
        Assert.That(world.Status.RejectedDigests is not null, Is.EqualTo(isRejected));
        Assert.That(isRejected || world.Message("Reconciling")!.Contains("connection reset", StringComparison.Ordinal));
    }

    [Test]
    public void A_node_that_is_lost_under_what_serves_is_no_rollout()
    {
        var world = new RolloutWorld(r => r).Serving(Old);
        world.Step();
        Assert.That(world.Condition("Ready"), Is.EqualTo("True Serving"));
        world.Deploy(Old, available: 0).Lose("n1").Exceed().Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Condition("Ready"), Is.EqualTo("False PodsUnavailable"));
            Assert.That(world.Condition("Reconciling"), Is.EqualTo("True Recovering"));
            Assert.That(world.Condition("Available"), Is.EqualTo("False NodeLost"));
            foreach (var type in new[] { "Ready", "Reconciling", "Available" })
            {
                Assert.That(world.Message(type), Does.Contain("node n1 is lost since 2026-11-23 08:30:00 UTC"));
                Assert.That(world.Message(type), Does.Contain("its pod gemma-x is given up at 08:35:00 UTC"));
                Assert.That(world.Message(type), Does.Not.Contain("Rolling out"));
            }
        }
    }

    [Test]
    public void The_pod_that_takes_the_place_of_a_lost_one_names_the_node_and_what_it_waits_for()
    {
        var world = new RolloutWorld(r => r).Serving(Old);
        world.Step();
        world.Deploy(Old, available: 0).CarryOutBeside(available: 0).Unschedule().EndOthers(areGone: false).Lose("n1");
        world.Wait(TimeSpan.FromMinutes(6)).Step();
        Assert.That(world.Condition("Available"), Is.EqualTo("False NodeLost"));
        Assert.That(world.Message("Available"), Does.Contain("was given up, and another takes its place"));
        Assert.That(world.Message("Available"), Does.Contain("Insufficient nvidia.com/gpu"));
    }

    [Test]
    public void A_pod_that_got_further_than_those_that_were_refused_is_what_counts()
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New, available: 0);
        world.RefuseOnNode("OutOfcpu", "Node didn't have enough resource: cpu");
        world.Wait(TimeSpan.FromSeconds(5)).CarryOutOver(New).Step();
        Assert.That(world.Condition("Available"), Is.EqualTo("False ModelLoading"));
        Assert.That(world.Message("Available"), Does.Contain("runs and isn't ready yet"));
    }

    private static TestCaseData Case(
        string name,
        string reason,
        string words,
        Func<RolloutWorld, RolloutWorld> spoil
    ) => new TestCaseData(reason, words, spoil).SetArgDisplayNames(name);

    private static V1ContainerStatus Waiting(string reason, string message) =>
        new()
        {
            Name = ServingDeployment.ContainerName,
            State = new V1ContainerState
            {
                Waiting = new V1ContainerStateWaiting { Reason = reason, Message = message },
            },
        };

    private static void WithProxy(V1Pod pod)
    {
        pod.Status.ContainerStatuses[0].Ready = true;
        pod.Status.ContainerStatuses =
        [
            .. pod.Status.ContainerStatuses,
            new V1ContainerStatus { Name = "istio-proxy", State = new V1ContainerState() },
        ];
        pod.Status.Conditions =
        [
            new V1PodCondition { Type = "Ready", Status = "False" },
            new V1PodCondition { Type = "ContainersReady", Status = "False" },
        ];
    }

    private static void WithInit(V1Pod pod) =>
        pod.Status.InitContainerStatuses = [
            new V1ContainerStatus
            {
                Name = "istio-init",
                State = new V1ContainerState
                {
                    Waiting = new V1ContainerStateWaiting { Reason = "CrashLoopBackOff", Message = "back-off 10s" },
                },
            },
        ];
}
