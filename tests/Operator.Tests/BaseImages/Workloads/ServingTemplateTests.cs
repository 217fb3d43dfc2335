using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Text;

namespace Operator.Tests.BaseImages.Workloads;

internal sealed class ServingTemplateTests
{
    private static readonly string Old = "registry.example/team/app@" + A.Digest(1);

    private static readonly string New = "registry.example/team/app@" + A.Digest(2);

    [Test]
    public void What_was_kept_comes_back()
    {
        var kept = ServingTemplate.For(A.BaseImage(), Old);
        var read = ServingTemplate.Read(kept.Text)!;

        Assert.That((read.Settings, read.Reference, read.Text), Is.EqualTo((kept.Settings, kept.Reference, kept.Text)));
        Assert.That(Drift.Between(kept.Pod, read.Pod), Is.Null);
    }

    [Test]
    public void Another_image_changes_the_image_alone()
    {
        var kept = ServingTemplate.For(A.BaseImage(), Old);
        var text = kept.Text!;
        var other = kept.With(New);

        Assert.That(other.Text!.ToString(), Is.EqualTo(text.ToString().Replace(Old, New, StringComparison.Ordinal)));
        Assert.That(
            (other.Settings, kept.Reference, kept.Server.Image, kept.Text),
            Is.EqualTo((kept.Settings, Old, Old, text))
        );
    }

    /// <summary>However it is read, it is the same template, and its text isn't written anew.</summary>
    [Test]
    public void What_the_spec_still_asks_for_is_read_as_it_was_kept()
    {
        var image = A.BaseImage();
        var text = ServingTemplate.For(image, Old).Text;
        var read = ServingTemplate.Read(text, wanted: ServingTemplate.For(image, ""))!;

        Assert.That(read.Text, Is.SameAs(text));
        Assert.That(Drift.Between(ServingTemplate.Read(text)!.Pod, read.Pod), Is.Null);
        Assert.That(Drift.Between(read.Pod, ServingTemplate.Read(text)!.Pod), Is.Null);
    }

    [Test]
    public void What_the_spec_no_longer_asks_for_is_read_in_full()
    {
        var image = A.BaseImage();
        var text = ServingTemplate.For(image, Old).Text;
        var changed = image with
        {
            Spec = image.Spec! with
            {
                Rollout = image.Spec.Rollout with { Server = image.Spec.Rollout.Server with { Port = 9999 } },
            },
        };
        var read = ServingTemplate.Read(text, wanted: ServingTemplate.For(changed, ""))!;

        Assert.That(read.Server.Ports[0].ContainerPort, Is.EqualTo(image.Spec.Rollout.Server.Port));
        Assert.That(read.Text, Is.EqualTo(text));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("""{"spec": {"containers": []}}""")]
    [TestCase("""{"spec": {"containers": [{"image": 1}]}}""")]
    [TestCase(
        """{"metadata": {"annotations": {"gemmaoperator.io/settings": "x"}}, "spec": {"containers": [{"image": ""}]}}"""
    )]
    public void What_is_no_template_is_none(string? text) =>
        Assert.That(
            ServingTemplate.Read(CompressedString.Of(text), wanted: ServingTemplate.For(A.BaseImage(), "")),
            Is.Null
        );
}
