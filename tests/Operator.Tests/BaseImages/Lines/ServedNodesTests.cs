using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Lines;
using GemmaOperator.Cluster.Gpus;
using k8s.Models;
using static Operator.Tests.Cluster.Gpus.Labelled;

namespace Operator.Tests.BaseImages.Lines;

/// <summary>Nodes count on which the pods may run some day, and no others.</summary>
internal sealed class ServedNodesTests
{
    [Test]
    public void Each_node_that_the_scheduler_may_choose_counts() =>
        Assert.That(Names(s => s, Node("n2"), Node("n1")), Is.EqualTo(new[] { "n1", "n2" }));

    private static readonly TestCaseData[] Others =
    [
        new TestCaseData((Action<V1Node>)(n => n.Metadata.Labels["pool"] = "other")).SetArgDisplayNames("selector"),
        new TestCaseData(
            (Action<V1Node>)(
                n =>
                    n.Spec.Taints = [
                        new V1Taint
                        {
                            Key = "team",
                            Value = "a",
                            Effect = "NoSchedule",
                        },
                    ]
            )
        ).SetArgDisplayNames("taint"),
        new TestCaseData(
            (Action<V1Node>)(n => n.Status.Allocatable = new Dictionary<string, ResourceQuantity>())
        ).SetArgDisplayNames("no GPU"),
        new TestCaseData((Action<V1Node>)(n => n.Metadata.Labels["kubernetes.io/arch"] = "arm64")).SetArgDisplayNames(
            "architecture"
        ),
    ];

    [TestCaseSource(nameof(Others))]
    public void One_that_no_pod_comes_to_does_not(Action<V1Node> spoil)
    {
        var other = Node("n2", "gpu.count=1");
        other.Metadata.Labels["pool"] = "mine";
        spoil(other);
        var own = Node("n1");
        own.Metadata.Labels["pool"] = "mine";
        Assert.That(
            Names(
                s =>
                    s with
                    {
                        NodeSelector = new Dictionary<string, string>(StringComparer.Ordinal) { ["pool"] = "mine" },
                    },
                own,
                other
            ),
            Is.EqualTo(new[] { "n1" })
        );
    }

    [Test]
    public void One_that_is_cordoned_now_counts()
    {
        var node = Node("n1");
        node.Spec.Unschedulable = true;
        node.Spec.Taints = [new V1Taint { Key = "node.kubernetes.io/unschedulable", Effect = "NoSchedule" }];
        Assert.That(Names(s => s, node), Is.EqualTo(new[] { "n1" }));
    }

    [Test]
    public void Devices_of_others_are_counted_beside_the_GPUs()
    {
        const string card = "rdma/hca";
        var node = Node("n1");
        node.Status.Allocatable[card] = new ResourceQuantity("1");
        Assert.That(
            Names(
                s =>
                    s with
                    {
                        Resources = new V1ResourceRequirements
                        {
                            Limits = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal)
                            {
                                [card] = new("1"),
                            },
                        },
                    },
                node,
                Node("n2")
            ),
            Is.EqualTo(new[] { "n1" })
        );
    }

    [Test]
    public void Pods_without_GPUs_of_the_vendor_and_images_that_are_published_alone_ask_for_none()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Names(s => s with { Gpu = s.Gpu with { Count = 0 } }, Node("n1")), Is.Empty);
            Assert.That(Names(s => s with { Gpu = s.Gpu with { ResourceName = "amd.com/gpu" } }, Node("n1")), Is.Empty);
            var published = A.BaseImage(s => s with { Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly } });
            Assert.That(ServedNodes.Matter(published), Is.False);
            Assert.That(Seen(A.BaseImage(), null), Is.Empty, "nodes may not be seen");
        }
    }

    private static IEnumerable<string> Names(Func<ServerSpec, ServerSpec> change, params V1Node[] nodes) =>
        Seen(
                A.BaseImage(s => s with { Rollout = s.Rollout with { Server = change(s.Rollout.Server) } }),
                [.. nodes.Select(GpuNode.Read).OfType<GpuNode>()]
            )
            .Select(n => n.Name);

    private static IReadOnlyList<GpuNode> Seen(GemmaBaseImage image, IReadOnlyList<GpuNode>? nodes) =>
        ServedNodes.Of(A.Snapshot(image, A.Inputs(), []) with { GpuNodes = nodes });
}
