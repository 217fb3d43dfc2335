using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Cluster.Pods;
using k8s;
using k8s.Models;

namespace Operator.Tests.Cluster;

/// <summary>A quota on limits takes pods of ours, whatever the spec leaves out.</summary>
internal sealed class PodResourcesTests
{
    [TestCase(
        """{}""",
        """{"limits":{"cpu":"2","memory":"8Gi"},"requests":{"cpu":"100m","memory":"1Gi"}}""",
        Description = "nothing given"
    )]
    [TestCase(
        """{"limits":{"memory":"512Mi"}}""",
        """{"limits":{"cpu":"2","memory":"512Mi"},"requests":{"cpu":"100m"}}""",
        Description = "a limit alone is the request, too"
    )]
    [TestCase(
        """{"requests":{"memory":"16Gi"}}""",
        """{"limits":{"cpu":"2","memory":"16Gi"},"requests":{"cpu":"100m","memory":"16Gi"}}""",
        Description = "a limit is never below the request"
    )]
    [TestCase(
        """{"requests":{"cpu":"1","memory":"2Gi"},"limits":{"cpu":"1","memory":"3Gi","x.io/y":"1"}}""",
        """{"limits":{"cpu":"1","memory":"3Gi","x.io/y":"1"},"requests":{"cpu":"1","memory":"2Gi"}}""",
        Description = "all given"
    )]
    public void Each_resource_has_a_limit(string given, string complete)
    {
        var result = PodResources.Complete(
            KubernetesJson.Deserialize<V1ResourceRequirements>(given),
            ("cpu", "100m", "2"),
            ("memory", "1Gi", "8Gi")
        );
        var expected = KubernetesJson.Deserialize<V1ResourceRequirements>(complete);
        Assert.That(ApiEquality.Same(result, expected), $"{KubernetesJson.Serialize(result)}");
    }
}
