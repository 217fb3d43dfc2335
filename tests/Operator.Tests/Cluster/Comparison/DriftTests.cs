using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Runtime.Client;
using k8s.Models;

namespace Operator.Tests.Cluster.Comparison;

internal sealed class DriftTests
{
    [Test]
    public void What_others_added_is_no_drift()
    {
        var live = Pod("1", "1Gi");
        live.Metadata.Annotations["sidecar.example.com/injected"] = "true";
        live.Spec.Containers = [new V1Container { Name = "sidecar" }, .. live.Spec.Containers];
        live.Spec.RestartPolicy = "Always";

        Assert.That(Drift.Between(Pod("1", "1Gi"), live), Is.Null);
    }

    [Test]
    public void A_quantity_may_be_written_in_another_way() =>
        Assert.That(Drift.Between(Pod("1", "1024Mi"), Pod("1", "1Gi")), Is.Null);

    [Test]
    public void The_first_difference_is_named_by_its_path() =>
        Assert.That(
            Drift.Between(Pod("1", "2Gi"), Pod("1", "1Gi")),
            Is.EqualTo(".spec.containers[name=server].resources.limits.memory")
        );

    [Test]
    public void What_is_gone_is_named_by_its_path()
    {
        var live = Pod("1", "1Gi");
        live.Spec.Containers[0].Name = "other";

        Assert.That(Drift.Between(Pod("1", "1Gi"), live), Is.EqualTo(".spec.containers[name=server]"));
    }

    /// <summary>Hexadecimal digits may look like a number with an exponent.</summary>
    [TestCase("1e99999", "2e99999")]
    [TestCase("0e1", "0e2")]
    [TestCase("299e123456789012", "1")]
    [TestCase("1000", "1k")]
    public void Two_hashes_are_no_quantities(string a, string b) =>
        Assert.That(
            Drift.Between(Pod(a, "1Gi"), Pod(b, "1Gi")),
            Is.EqualTo($".metadata.annotations.{AppliedHash.Annotation}")
        );

    /// <summary>
    /// Whatever the operator makes is as it should be when it comes back from the API server as it was sent.
    /// </summary>
    [Test]
    public void What_was_applied_is_no_drift()
    {
        var image = A.BaseImage();
        image = image with
        {
            Spec = image.Spec! with
            {
                Rollout = image.Spec.Rollout with { Server = image.Spec.Rollout.Server with { Replicas = 2 } },
            },
        };
        var deployment = ServingDeployment.Render(
            image,
            ServingTemplate.For(image, "registry.example/app@" + A.Digest(1))
        );

        Assert.Multiple(() =>
        {
            Assert.That(Drift.Between(deployment, Again(deployment)), Is.Null);
            Assert.That(Drift.Between(ServingService.Render(image), Again(ServingService.Render(image))), Is.Null);
            Assert.That(
                Drift.Between(ServingBudget.Render(image, deployment), Again(ServingBudget.Render(image, deployment)!)),
                Is.Null
            );
        });
    }

    private static T Again<T>(T value) => JsonSerializer.Deserialize<T>(KubeJson.Serialize(value), KubeJson.Options)!;

    private static V1Pod Pod(string hash, string memory) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    [AppliedHash.Annotation] = hash,
                },
            },
            Spec = new V1PodSpec
            {
                Containers =
                [
                    new V1Container
                    {
                        Name = "server",
                        Resources = new V1ResourceRequirements
                        {
                            Limits = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal)
                            {
                                ["memory"] = new(memory),
                            },
                        },
                    },
                ],
            },
        };
}
