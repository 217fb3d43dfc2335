using GemmaOperator.Cluster.Gpus;
using k8s.Models;
using static Operator.Tests.Cluster.Gpus.Labelled;

namespace Operator.Tests.Cluster.Gpus;

/// <summary>What the labels of a node say of its driver and GPUs, nonsense among it.</summary>
internal sealed class GpuNodeTests
{
    [TestCase("cuda.driver-version.full=570.86.15", "570.86.15")]
    [TestCase(
        "cuda.driver-version.major=575,cuda.driver-version.minor=57,cuda.driver-version.revision=08",
        "575.57.08"
    )]
    [TestCase("cuda.driver.major=535,cuda.driver.minor=104,cuda.driver.rev=05", "535.104.05")]
    [TestCase("cuda.driver.major=535,cuda.driver.minor=104,cuda.driver.rev=", "535.104")]
    [TestCase("cuda.driver-version.full=570.86.15,cuda.driver.major=1,cuda.driver.minor=2", "570.86.15")]
    [TestCase("cuda.driver-version.full=new,cuda.driver.major=535,cuda.driver.minor=1", "535.1")]
    [TestCase("gpu.count=1", null)]
    [TestCase("cuda.driver-version.full=", null)]
    [TestCase("cuda.driver-version.full=570.86.15-beta", null)]
    [TestCase("cuda.driver-version.full=99999999999", null)]
    public void A_driver_is_read_from_the_labels_of_now_or_else_of_before(string labels, string? driver) =>
        Assert.That(Read(labels).Driver?.ToString(), Is.EqualTo(driver));

    [TestCase("cuda.runtime-version.full=12.8", "12.8")]
    [TestCase("cuda.runtime-version.full=13.3.1", "13.3")]
    [TestCase("cuda.runtime-version.major=12,cuda.runtime-version.minor=2", "12.2")]
    [TestCase("cuda.runtime.major=11,cuda.runtime.minor=4", "11.4")]
    [TestCase("cuda.runtime.major=11", null)]
    [TestCase("cuda.runtime-version.full=twelve", null)]
    public void So_is_the_CUDA_that_it_was_made_for(string labels, string? cuda) =>
        Assert.That(Read(labels).Cuda?.ToString(), Is.EqualTo(cuda));

    [TestCase("cuda.driver-version.full=x", "nvidia.com/cuda.driver-version.full")]
    [TestCase("cuda.driver.major=x", "nvidia.com/cuda.driver.major")]
    [TestCase("cuda.runtime.major=x,cuda.runtime.minor=1", "nvidia.com/cuda.runtime.major")]
    [TestCase("gpu.compute.major=9,gpu.compute.minor=a", "nvidia.com/gpu.compute.major")]
    [TestCase("cuda.driver-version.full=570.1", null)]
    public void A_label_that_says_nonsense_counts_as_none_and_is_known_by_its_name(string labels, string? name) =>
        Assert.That(Read(labels).Unreadable, Is.EqualTo(name));

    [Test]
    public void A_node_is_told_of_with_what_it_says()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Of("n", "570.86.15", "12.8", "9.0").ToString(),
                Is.EqualTo("n (driver 570.86.15, CUDA up to 12.8, compute capability 9.0)")
            );
            Assert.That(
                Read("cuda.driver-version.full=\u001b[2J").ToString(),
                Is.EqualTo("n (its label nvidia.com/cuda.driver-version.full can't be read)")
            );
            Assert.That(
                Read("cuda.driver-version.full=x,gpu.compute.major=9,gpu.compute.minor=0").ToString(),
                Is.EqualTo("n (compute capability 9.0, its label nvidia.com/cuda.driver-version.full can't be read)")
            );
            Assert.That(Read("gpu.count=1").ToString(), Is.EqualTo("n (it has no label of its driver)"));
        }
    }

    [Test]
    public void A_node_without_such_GPUs_is_none_of_them()
    {
        var plain = new V1Node { Metadata = new V1ObjectMeta { Name = "n" } };
        var other = Node("n");
        other.Status.Allocatable = new Dictionary<string, ResourceQuantity> { ["amd.com/gpu"] = new("1") };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(GpuNode.Read(plain), Is.Null);
            Assert.That(GpuNode.Read(other), Is.Null);
        }
    }

    [Test]
    public void What_is_kept_is_what_placing_a_pod_asks_for()
    {
        var node = Node("n", "gpu.count=1");
        node.Spec.Taints =
        [
            new V1Taint { Key = "node.kubernetes.io/unschedulable", Effect = "NoSchedule" },
            new V1Taint { Key = "nvidia.com/gpu", Effect = "NoSchedule" },
        ];
        node.Status.Images = [new V1ContainerImage { Names = ["large"] }];
        var kept = GpuNode.Read(node)!.Node;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(kept.Spec.Taints.Select(t => t.Key), Is.EqualTo(new[] { "nvidia.com/gpu" }), "a cordon passes");
            Assert.That(kept.Status.Allocatable.Keys, Is.EqualTo(new[] { "nvidia.com/gpu" }));
            Assert.That(kept.Status.Images, Is.Null);
        }
    }

    private static GpuNode Read(string labels) => GpuNode.Read(Node("n", labels.Split(',')))!;
}
