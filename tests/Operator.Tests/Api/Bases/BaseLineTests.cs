using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Bases;
using GemmaOperator.Api.Channels;

namespace Operator.Tests.Api.Bases;

/// <summary>Which tags are of the line of a base, and which bases have one.</summary>
internal sealed class BaseLineTests
{
    private const string Official = "pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime";

    private static readonly BaseSpec Structured = new()
    {
        Pytorch = "2.10.0",
        Cuda = "12.8",
        Cudnn = "9",
    };

    [TestCase(Official, "2.10.1-cuda12.8-cudnn9-runtime", "2.10.1")]
    [TestCase(Official, "2.11.0-cuda12.8-cudnn9-runtime", "2.11.0")]
    [TestCase(Official, "2.9.1-cuda12.8-cudnn9-runtime", "2.9.1")]
    [TestCase(Official, "3.0.0-cuda12.8-cudnn9-runtime", null)]
    [TestCase(Official, "2.10.1-cuda13.0-cudnn9-runtime", null)]
    [TestCase(Official, "2.10.1-cuda12.8-cudnn10-runtime", null)]
    [TestCase(Official, "2.10.1-cuda12.8-cudnn9-devel", null)]
    [TestCase(Official, "2.10.1-rc1-cuda12.8-cudnn9-runtime", null)]
    [TestCase(Official, "2.10.1rc1-cuda12.8-cudnn9-runtime", null)]
    [TestCase(Official, "2.10.1.dev20261101-cuda12.8-cudnn9-runtime", null)]
    [TestCase(Official, "v2.10.1-cuda12.8-cudnn9-runtime", null)]
    [TestCase(Official, "2.10-cuda12.8-cudnn9-runtime", null)]
    [TestCase(Official, "2.010.1-cuda12.8-cudnn9-runtime", null)]
    [TestCase(Official, "2.99999999999.1-cuda12.8-cudnn9-runtime", null)]
    [TestCase(Official, "-cuda12.8-cudnn9-runtime", null)]
    [TestCase(Official, "latest", null)]
    [TestCase(Official, "", null)]
    [TestCase("nvidia/cuda:12.8.1-runtime-ubuntu24.04", "12.8.2-runtime-ubuntu24.04", "12.8.2")]
    [TestCase("nvidia/cuda:12.8.1-runtime-ubuntu24.04", "12.8.2-runtime-ubuntu22.04", null)]
    [TestCase("nvidia/cuda:12.8.1-runtime-ubuntu24.04", "12.8.2-cudnn-runtime-ubuntu24.04", null)]
    [TestCase("registry.example/team/base:v1.4.2", "v1.4.3", "1.4.3")]
    [TestCase("registry.example/team/base:v1.4.2", "1.4.3", null)]
    [TestCase("registry.example:5000/team/base:1.4.2_gpu", "1.5.0_gpu", "1.5.0")]
    public void A_tag_is_of_the_line_when_only_its_version_differs(string declared, string tag, string? version) =>
        Assert.That(Line(declared).VersionOf(tag)?.ToString(), Is.EqualTo(version));

    [TestCase("pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime", "2.10.0")]
    [TestCase("registry.example:5000/team/base:v1.4.2_gpu", "1.4.2")]
    [TestCase("registry.example/team/base:1.4.2", "1.4.2")]
    [TestCase("registry.example/team/base:vv1.4.2", null)]
    [TestCase("registry.example/team/base:1.4.2.1", null)]
    [TestCase("registry.example/team/base:24.04.01-py3", null)]
    [TestCase("registry.example:5000/team/base", null)]
    [TestCase("", null)]
    public void The_version_stands_at_the_front_of_a_tag(string reference, string? version) =>
        Assert.That(BaseLine.VersionAtFront(reference)?.ToString(), Is.EqualTo(version));

    [TestCase(BaseChannel.Patch, "2.10.1", true)]
    [TestCase(BaseChannel.Patch, "2.11.0", false)]
    [TestCase(BaseChannel.Minor, "2.10.1", true)]
    [TestCase(BaseChannel.Minor, "2.11.0", true)]
    [TestCase(BaseChannel.Minor, "2.10.0", false)]
    [TestCase(BaseChannel.Minor, "2.9.9", false)]
    [TestCase(BaseChannel.Minor, "3.0.0", false)]
    [TestCase(BaseChannel.Pinned, "2.10.1", false)]
    public void A_channel_reaches_what_is_newer_within_it(BaseChannel channel, string version, bool reaches) =>
        Assert.That(Line(Official).Reaches(channel, BaseVersion.Parse(version)!.Value), Is.EqualTo(reaches));

    [TestCase("pytorch/pytorch", "no version of three numbers")]
    [TestCase("pytorch/pytorch:latest", "no version of three numbers")]
    [TestCase("nvcr.io/nvidia/pytorch:25.10-py3", "no version of three numbers")]
    [TestCase("nvcr.io/nvidia/tritonserver:24.04.01-py3", "no version of three numbers")]
    [TestCase("python:3.12-slim", "no version of three numbers")]
    [TestCase("registry.example/base:2.10.0rc1", "no version of three numbers")]
    [TestCase("registry.example/base:2.10.0-rc1", "is a prerelease")]
    [TestCase("registry.example/base:2.10.0-beta.2-gpu", "is a prerelease")]
    [TestCase("registry.example/base:2.10.0-dev20261101", "is a prerelease")]
    [TestCase(
        "registry.example/base:2.10.0@sha256:0000000000000000000000000000000000000000000000000000000000000000",
        "named by its digest"
    )]
    public void A_base_without_a_version_has_no_line(string declared, string says)
    {
        var problem = BaseLine.Read(new BaseSpec { Image = declared }).Problems.Single();
        Assert.That(problem.Path, Is.EqualTo("spec.base.channel"));
        Assert.That(problem.Problem, Does.Contain(says));
    }

    [TestCase("nvidia/cuda:12.8.1-runtime-ubuntu24.04", null)]
    [TestCase("registry.example/gpu:12.8.1", "12.8")]
    public void Another_minor_of_CUDA_is_another_CUDA(string declared, string? cuda)
    {
        var spec = new BaseSpec { Image = declared, Cuda = cuda };
        Assert.That(BaseLine.Read(spec with { Channel = BaseChannel.Patch }).Problems, Is.Empty);
        Assert.That(
            BaseLine.Read(spec with { Channel = BaseChannel.Minor }).Problems.Single().Problem,
            Does.Contain("another minor is another CUDA")
        );
    }

    [Test]
    public void Fields_move_with_the_version_that_they_name()
    {
        var next = BaseVersion.Parse("2.10.1")!.Value;
        var beside = new BaseSpec { Image = "registry.example:5000/mirror/pytorch:2.10.0-gpu", Pytorch = "2.10.0" };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Line(Structured).With(next), Is.EqualTo(Structured with { Pytorch = "2.10.1" }));
            Assert.That(
                BaseLine.TextOf(Line(Structured).With(next)),
                Is.EqualTo("pytorch/pytorch:2.10.1-cuda12.8-cudnn9-runtime")
            );
            Assert.That(
                Line(beside).With(next),
                Is.EqualTo(
                    new BaseSpec { Image = "registry.example:5000/mirror/pytorch:2.10.1-gpu", Pytorch = "2.10.1" }
                )
            );
            // What the image holds isn't its version: it is proved as it was declared.
            Assert.That(Line(beside with { Pytorch = "2.9.0" }).With(next).Pytorch, Is.EqualTo("2.9.0"));
        }
    }

    [TestCase("pytorch/pytorch:2.10.1-cuda12.8-cudnn9-runtime", "2.10.1")]
    [TestCase("docker.io/pytorch/pytorch:2.10.1-cuda12.8-cudnn9-runtime", null)]
    [TestCase("evil.example/pytorch:2.10.1-cuda12.8-cudnn9-runtime", null)]
    [TestCase("pytorch/pytorch:2.10.1-cuda13.0-cudnn9-runtime", null)]
    [TestCase("2.10.1", null)]
    [TestCase(null, null)]
    public void Only_a_reference_of_the_line_is_remembered(string? recorded, string? version) =>
        Assert.That(Line(Structured).VersionIn(recorded)?.ToString(), Is.EqualTo(version));

    private static BaseLine Line(string image) => Line(new BaseSpec { Image = image });

    private static BaseLine Line(BaseSpec spec) => BaseLine.Read(spec).Value;
}
