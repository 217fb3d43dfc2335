using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Text;
using k8s;
using k8s.Models;
using Operator.Tests.Builds;

namespace Operator.Tests.BaseImages.Workloads;

internal sealed class SmokeJobTests
{
    [Test]
    public void The_smoke_test_Job_is_as_agreed()
    {
        var job = Job("10.1.2.3", s => s);
        // The program has tests of its own.
        job.Spec.Template.Spec.Containers[0].Args[0] = "smoke.py";
        Golden.Matches("smoke.job.yaml", KubernetesYaml.Serialize(job));
    }

    [TestCase("10.1.2.3", "/v1/completions", "http://10.1.2.3:8080/v1/completions")]
    [TestCase("fd00::7", "/v1/completions", "http://[fd00::7]:8080/v1/completions")]
    [TestCase("10.1.2.3", "/readyz", "http://10.1.2.3:8080/readyz")]
    public void It_asks_the_pod_by_its_address(string address, string path, string url)
    {
        var asked = Argument(Job(address, t => t with { Path = WireEnum<SmokeTestPath>.Read(path) }));
        Assert.That((string?)asked["url"], Is.EqualTo(url));
        Assert.That(asked["body"] is null, Is.EqualTo(path == "/readyz"));
    }

    [Test]
    public void A_prompt_can_break_out_of_nothing()
    {
        const string Evil = "\"},{\n'\\ ü $(x)";
        Assert.That(
            (string?)Argument(Job("10.1.2.3", t => t with { Prompt = Evil }))["body"]!["prompt"],
            Is.EqualTo(Evil)
        );
    }

    [Test]
    public void Its_pods_are_not_the_Service_s()
    {
        var image = A.BaseImage();
        var labels = Job("10.1.2.3", t => t).Spec.Template.Metadata.Labels;
        var selectors = new[]
        {
            ServingService.Render(image).Spec.Selector,
            ServingDeployment.Render(image, ServingTemplate.For(image, "x")).Spec.Selector.MatchLabels,
        };
        Assert.That(
            selectors.Any(s => s.All(l => labels.TryGetValue(l.Key, out var value) && value == l.Value)),
            Is.False
        );
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("Killed")]
    [TestCase("[]")]
    [TestCase("{\"v\":1,\"digest\":\"d\",\"ok\":\"yes\",\"answered\":true,\"detail\":\"\"}")]
    [TestCase("{\"v\":2,\"digest\":\"d\",\"ok\":true,\"answered\":true,\"detail\":\"\"}")]
    [TestCase("{\"v\":1,\"digest\":\"another\",\"ok\":true,\"answered\":true,\"detail\":\"\"}")]
    [TestCase("{\"v\":1,\"digest\":\"d\",\"ok\":true,\"answ")]
    public void What_is_no_report_says_nothing(string? message) => Assert.That(SmokeReport.Read(message, "d"), Is.Null);

    private static JsonNode Argument(V1Job job) =>
        JsonNode.Parse(PodText.Read(job.Spec.Template.Spec.Containers[0].Args[1]))!;

    private static V1Job Job(string address, Func<SmokeTestSpec, SmokeTestSpec> change)
    {
        var image = A.BaseImage(s => s with { Rollout = s.Rollout with { SmokeTest = change(s.Rollout.SmokeTest) } });
        var target = A.Image(2, "gemma-base-service");
        return SmokeJob.Render(
            image,
            target,
            ServingTemplate.For(image, target.Reference),
            new V1Pod
            {
                Metadata = new V1ObjectMeta { Name = "gemma-x", Uid = "pod-1" },
                Spec = new V1PodSpec { NodeName = "gpu-1" },
                Status = new V1PodStatus { PodIP = address },
            }
        );
    }
}
