using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using k8s.Models;
using KubectlGemma.Facts;

namespace Cli.Tests.Facts;

/// <summary>What the operator's default decides and nobody knows here isn't foretold.</summary>
public sealed class UnknownServerTests
{
    [TestCase("Builtin", true)]
    [TestCase("VLLM", false)]
    [TestCase("Custom", false)]
    public void Only_the_built_in_server_s_image_is_the_operator_s(string engine, bool isUnknown)
    {
        var seen = new ImageSnapshot
        {
            Now = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            Image = new GemmaBaseImage
            {
                Metadata = new V1ObjectMeta { Name = "gemma", NamespaceProperty = "team" },
                Spec = new GemmaBaseImageSpec
                {
                    Rollout = new RolloutSpec
                    {
                        Server = new ServerSpec { Engine = WireEnum<ServerEngine>.Read(engine) },
                    },
                },
            },
            Builds = [],
            Inputs = new BuildRequest.Refused(ImageReason.Stalled.InvalidSpec, "none"),
        };
        Assert.That(
            new RulesReader(null!, TimeProvider.System, _ => { }).Unknown(seen) is not null,
            Is.EqualTo(isUnknown)
        );
    }
}
