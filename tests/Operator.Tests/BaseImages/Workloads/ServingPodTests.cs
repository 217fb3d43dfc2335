using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Pods;
using GemmaOperator.BaseImages.Workloads;

namespace Operator.Tests.BaseImages.Workloads;

internal sealed class ServingPodTests
{
    [TestCase(1, null, "cuda")]
    [TestCase(4, null, "cuda")]
    [TestCase(0, null, null)]
    [TestCase(1, "auto", "auto")]
    [TestCase(0, "cuda", "cuda")]
    public void A_pod_with_a_GPU_insists_on_it_unless_it_is_told_otherwise(int gpus, string? told, string? device)
    {
        var image = A.BaseImage(s =>
            s with
            {
                Rollout = s.Rollout with
                {
                    Server = s.Rollout.Server with
                    {
                        Gpu = new GpuSpec { Count = gpus },
                        Env = told is null ? [] : [new ServerVariable { Name = "DEVICE", Value = told }],
                    },
                },
            }
        );
        var server = ServingTemplate.For(image, "registry.example/team/app@" + A.Digest(1)).Server;
        Assert.That(
            server.Env.Where(e => e.Name == "DEVICE").Select(e => e.Value),
            Is.EqualTo(device is null ? Array.Empty<string>() : [device])
        );
    }
}
