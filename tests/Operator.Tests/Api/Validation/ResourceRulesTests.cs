using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Validation;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace Operator.Tests.Api.Validation;

/// <summary>
/// Requests and limits are judged as the API server judges those of a pod, with the user's own words.
/// </summary>
internal sealed class ResourceRulesTests
{
    [TestCase("""{"requests":{"memory":"8Gi"},"limits":{"memory":"4Gi"}}""", ".requests.memory", "\"8Gi\"", "\"4Gi\"")]
    [TestCase("""{"requests":{"cpu":"1500m"},"limits":{"cpu":"1.4"}}""", ".requests.cpu", "\"1500m\"", "\"1.4\"")]
    [TestCase("""{"requests":{"amd.com/gpu":1}}""", ".requests.amd.com/gpu", "no limit", "the same limit")]
    [TestCase(
        """{"requests":{"amd.com/gpu":1},"limits":{"amd.com/gpu":2}}""",
        ".requests.amd.com/gpu",
        "\"1\" isn't the limit, \"2\"",
        "leave the request out"
    )]
    [TestCase("""{"limits":{"amd.com/gpu":"1.5"}}""", ".limits.amd.com/gpu", "\"1.5\"", "whole")]
    [TestCase("""{"limits":{"amd.com/gpu":"500m"}}""", ".limits.amd.com/gpu", "\"500m\"", "whole")]
    [TestCase(
        """{"limits":{"amd.com/gpu":"9999999999999999999"}}""",
        ".limits.amd.com/gpu",
        "\"9999999999999999999\"",
        "as many as a node has"
    )]
    [TestCase("""{"limits":{"pods":"3"}}""", ".limits", "\"pods\" is no resource of a container", "nvidia.com/gpu")]
    [TestCase("""{"limits":{"gpu":1}}""", ".limits", "\"gpu\"", "nvidia.com/gpu")]
    [TestCase("""{"limits":{"Memory":"1Gi"}}""", ".limits", "\"Memory\"", "memory")]
    [TestCase("""{"limits":{"requests.amd.com/gpu":"1"}}""", ".limits", "\"requests.amd.com/gpu\"", "cpu")]
    [TestCase("""{"limits":{"cpu":"0.000001"}}""", ".limits.cpu", "\"0.000001\"", "as in 1m")]
    [TestCase("""{"limits":{"cpu":"0.1m"}}""", ".limits.cpu", "\"0.1m\"", "as in 1m")]
    [TestCase("""{"requests":{"memory":"1000P"}}""", ".requests.memory", "\"1000P\"", "at most 999P")]
    [TestCase("""{"limits":{"hugepages-2Mi":"3Mi","cpu":1}}""", ".limits.hugepages-2Mi", "\"3Mi\"", "multiple")]
    [TestCase("""{"limits":{"hugepages-x":"4Mi","cpu":1}}""", ".limits.hugepages-x", "\"4Mi\"", "name")]
    [TestCase("""{"limits":{"hugepages-2Mi":"4Mi"}}""", "", "only with cpu or memory", "memory")]
    [TestCase("""{"requests":{"hugepages-2Mi":"4Mi","cpu":1}}""", ".requests.hugepages-2Mi", "no limit", "limit")]
    public void A_mistake_is_told_by_its_field_wherever_resources_are_given(
        string resources,
        string field,
        string problem,
        string remedy
    )
    {
        foreach (var (path, image) in Places(resources))
        {
            var error = SpecValidator.Validate(image).Single(e => e.Path.StartsWith(path, StringComparison.Ordinal));
            using (Assert.EnterMultipleScope())
            {
                Assert.That(error.Path, Is.EqualTo(path + field));
                Assert.That(error.ToString(), Does.Contain(problem).And.Contain(remedy));
            }
        }
    }

    [TestCase("""{"requests":{"cpu":"100m","memory":"1Gi"},"limits":{"cpu":2,"memory":"1024Mi"}}""")]
    [TestCase("""{"limits":{"amd.com/gpu":"2"}}""")]
    [TestCase("""{"requests":{"amd.com/gpu":"1"},"limits":{"amd.com/gpu":"1000m"}}""")]
    [TestCase("""{"limits":{"hugepages-2Mi":"512Mi","memory":"1Gi"}}""")]
    [TestCase("""{"limits":{"nvidia.com/mig-1g.10gb.me":1,"ephemeral-storage":"1.5Gi"}}""")]
    [TestCase("""{}""")]
    public void What_the_API_server_takes_is_taken(string resources)
    {
        foreach (var (path, image) in Places(resources))
        {
            Assert.That(
                SpecValidator.Validate(image).Where(e => e.Path.StartsWith(path, StringComparison.Ordinal)),
                Is.Empty
            );
        }
    }

    [Test]
    public void A_request_of_the_server_s_GPU_must_be_the_count_that_the_operator_sets()
    {
        var server = Places("""{"requests":{"nvidia.com/gpu":2}}""").Last().Image;
        Assert.That(
            SpecValidator.Validate(server).Single().Path,
            Is.EqualTo("spec.rollout.server.resources.requests.nvidia.com/gpu")
        );
    }

    [Test]
    public void A_quantity_keeps_its_text_for_people_and_is_written_as_before()
    {
        const string Json = """{"limits":{"cpu":"0.5","memory":1024,"x.io/y":"2"}}""";
        var read = JsonSerializer.Deserialize<V1ResourceRequirements>(Json, KubeJson.Options)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((read.Limits["cpu"] as WrittenQuantity)?.Text, Is.EqualTo("0.5"));
            Assert.That(read.Limits["x.io/y"], Is.Not.InstanceOf<WrittenQuantity>());
            Assert.That(
                System.Text.Encoding.UTF8.GetString(KubeJson.Serialize(read)),
                Is.EqualTo("""{"limits":{"cpu":"500m","memory":"1024","x.io/y":"2"}}""")
            );
            Assert.That(
                KubernetesJson.Serialize(read),
                Is.EqualTo(KubernetesJson.Serialize(KubernetesJson.Deserialize<V1ResourceRequirements>(Json))),
                "fingerprints stay what they are"
            );
        }
    }

    /// <summary>Returns an object for each field of the API that holds requests and limits.</summary>
    private static IEnumerable<(string Path, GemmaBaseImage Image)> Places(string json)
    {
        var given = JsonSerializer.Deserialize<V1ResourceRequirements>(json, KubeJson.Options);
        yield return ("spec.build.resources", Specs.Image(s => s with { Build = s.Build with { Resources = given } }));
        yield return (
            "spec.verification.pullTest.resources",
            Specs.Image(s =>
                s with
                {
                    Verification = s.Verification with { PullTest = new PullTestSpec { Resources = given } },
                }
            )
        );
        yield return (
            "spec.verification.scan.resources",
            Specs.Image(s =>
                s with
                {
                    Verification = s.Verification with { Scan = new ScanSpec { Resources = given } },
                }
            )
        );
        yield return (
            "spec.rollout.server.resources",
            Specs.Image(s =>
                s with
                {
                    Rollout = s.Rollout with { Server = s.Rollout.Server with { Resources = given } },
                }
            )
        );
    }
}
