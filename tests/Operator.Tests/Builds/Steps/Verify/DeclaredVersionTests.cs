using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Validation;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps.Verify;
using Operator.Tests.Builds.Steps.Scan;

namespace Operator.Tests.Builds.Steps.Verify;

/// <summary>Some value of spec.base passes for every image, and what is advised is one.</summary>
internal sealed class DeclaredVersionTests
{
    private const string Nvidia = "2.5.0a0+e000cf0ad9.nv24.10";

    [TestCase("2.5.0a0", Nvidia, true)]
    [TestCase(Nvidia, Nvidia, true)]
    [TestCase("2.5.0", Nvidia, false)]
    [TestCase("2.5.0a1", Nvidia, false)]
    [TestCase("2.5.0a0+other", Nvidia, false)]
    [TestCase("2.10.0", "2.10.0+cu128", true)]
    [TestCase("2.10.0+CU128", "2.10.0+cu128", true)]
    [TestCase("2.10.0", "2.10.0", true)]
    [TestCase("2.10.0", "2.10.01", false)]
    [TestCase("2.1.0", "2.10.0", false)]
    [TestCase("2.10.0", "2.10.0rc1", false)]
    [TestCase("2.10.0.dev20260101", "2.10.0.dev20260101+cu130", true)]
    [TestCase("2.10.0", "2.10.0.dev20260101+cu130", false)]
    [TestCase("2.10.0", "", false)]
    [TestCase("2.10.0", "git-1", false)]
    [TestCase("12.8", "12.8.1", true)]
    [TestCase("12.8", "12.6", false)]
    [TestCase("12.8", "", false)]
    [TestCase("", "anything", true)]
    public void A_version_is_the_declared_one_as_far_as_both_say(string declared, string found, bool fits) =>
        Assert.That(DeclaredVersion.Fits(declared, found), Is.EqualTo(fits));

    /// <summary>Advice is followed here as a reader would: what stands in quotes goes into the field.</summary>
    [TestCase(Nvidia, "12.6")]
    [TestCase("2.6.0a0+ecf3bae40a.nv25.01", "12.8")]
    [TestCase("2.8.0", "12.9.1")]
    [TestCase("2.9.0rc3+cu130", "13.0")]
    [TestCase("2.11.0.dev20260101+cu130", "13.0")]
    [TestCase("2.9.0.post1", "13.0")]
    [TestCase("2.9", "13")]
    [TestCase("main-abc", "")]
    public void Remedy_what_a_version_that_does_not_fit_is_told_to_be_passes(string torch, string cuda)
    {
        const string Image = "nvcr.io/nvidia/pytorch:24.10-py3";
        var first = ReportExample.Judge(r =>
        {
            r["torch"]!["version"] = torch;
            r["torch"]!["cuda"] = cuda;
        });
        var message = first.Failure!.Failure.Message;
        var declared = new BaseSpec
        {
            Image = Image,
            Pytorch = Advised(message, "pytorch"),
            Cuda = Advised(message, "cuda"),
        };
        Assert.That(
            message,
            declared.Pytorch is null ? Does.Contain("Leave spec.base.pytorch out") : Does.Contain("Set")
        );
        Assert.That(DeclaredBase.Read(declared).Problems, Is.Empty, "it validates");
        var second = ReportExample.Judge(
            r =>
            {
                r["torch"]!["version"] = torch;
                r["torch"]!["cuda"] = cuda;
            },
            asked => asked with { Pytorch = declared.Pytorch ?? "", Cuda = declared.Cuda ?? "" }
        );
        Assert.That(second.Failure, Is.Null, "it ends what it was given for");
    }

    [Test]
    public void Remedy_a_prerelease_without_its_image_is_refused_and_the_advice_passes()
    {
        var spec = new BaseSpec
        {
            Pytorch = "2.5.0a0",
            Cuda = "12.4",
            Cudnn = "9",
        };
        Assert.That(
            DeclaredBase.Read(spec).Problems.Single().ToString(),
            Does.StartWith("spec.base.pytorch: ").And.Contain("base.image")
        );
        Assert.That(DeclaredBase.Read(spec with { Image = "nvcr.io/nvidia/pytorch:24.10-py3" }).Problems, Is.Empty);
        Assert.That(DeclaredBase.Read(spec with { Pytorch = "2.5.0" }).Problems, Is.Empty);
    }

    [Test]
    public void The_longest_version_that_is_taken_is_bounded() =>
        Assert.That(
            DeclaredBase
                .Read(new BaseSpec { Image = "a/b:c", Pytorch = "2.5.0+" + new string('a', SpecBounds.Version) })
                .Problems,
            Is.Not.Empty
        );

    private static string? Advised(string message, string field)
    {
        var words = $"Set spec.base.{field} to \"";
        var start = message.IndexOf(words, StringComparison.Ordinal);
        return start < 0 ? null : message[(start + words.Length)..].Split('"')[0];
    }
}
