using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>A pin that stands in an annotation: beside what Git says, and for as long as it says.</summary>
internal sealed class AnnotatedPinTests
{
    private static readonly ImageStatus Old = RolloutWorld.Old;
    private static readonly ImageStatus New = RolloutWorld.New;

    [TestCase("gemma-b7", "gemma-b7", null)]
    [TestCase("  gemma-b7  ", "gemma-b7", null)]
    [TestCase("gemma-b7 2026-12-24T18:00:00Z", "gemma-b7", "2026-12-24T18:00:00")]
    [TestCase("gemma-b7 2026-12-24T18:00:00+02:00", "gemma-b7", "2026-12-24T16:00:00")]
    [TestCase("gemma-b7 2026-12-24T18:00Z", "gemma-b7", "2026-12-24T18:00:00")]
    [TestCase("gemma-b7 2026-12-24T18:00:00.123456Z", "gemma-b7", "2026-12-24T18:00:00")]
    public void What_can_be_read_says_which_and_until_when(string text, string build, string? until)
    {
        var pin = Pin.Annotated(Image(text))!;
        Assert.That((pin.Build, pin.Problem), Is.EqualTo((build, (string?)null)));
        Assert.That(pin.Until?.ToString("s"), Is.EqualTo(until));
    }

    [TestCase("gemma-b7 tomorrow")]
    [TestCase("gemma-b7 4h")]
    [TestCase("gemma-b7 2026-13-24T18:00:00Z")]
    [TestCase("gemma-b7 2026-12-24T18:00:00Z please")]
    [TestCase("Gemma_B7")]
    [TestCase("../gemma-b7")]
    [TestCase("gemma\u001b[31m")]
    public void What_cannot_be_read_is_said_and_what_serves_serves_on(string text)
    {
        var world = Good().PinBy(text);
        world.Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Condition("Stalled"), Is.EqualTo("True InvalidSpec"));
            Assert.That(
                world.Message("Stalled"),
                Does.Contain("the annotation gemmaoperator.io/pin is \"")
                    .And.Contain("kubectl annotate gemmabaseimage gemma -n ml gemmaoperator.io/pin-")
                    .And.Not.Contain("\u001b")
            );
            Assert.That(world.Status.ServingImage, Is.EqualTo(Old));
        }
    }

    [TestCase("")]
    [TestCase("   ")]
    public void An_empty_one_is_none(string text) => Assert.That(Pin.Annotated(Image(text)), Is.Null);

    [Test]
    public void It_counts_before_the_spec_until_its_time_is_over()
    {
        var until = A.Morning.AddHours(4);
        var world = Good().Edit(r => r with { PinnedBuild = "gemma-b2" }).PinBy($"gemma-b1 {until:s}Z");
        Assert.That(world.Step(), Is.EqualTo(Old));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Condition("Held"), Is.EqualTo("True Pinned"));
            Assert.That(
                world.Message("Held"),
                Does.Contain("the annotation gemmaoperator.io/pin asks for gemma-b1 until 2026-11-23 12:30:00 UTC")
                    .And.Contain("gemmaoperator.io/pin-")
            );
        }

        Assert.That(world.Wait(TimeSpan.FromHours(4)).Step(), Is.EqualTo(New), "the spec's pin");
        Assert.That(world.Edit(r => r with { PinnedBuild = "" }).Step(), Is.EqualTo(New));
    }

    private static GemmaBaseImage Image(string pin)
    {
        var image = A.BaseImage();
        image.Metadata.Annotations = new Dictionary<string, string> { [ApiGroup.PinAnnotation] = pin };
        return image;
    }

    private static RolloutWorld Good()
    {
        var world = new RolloutWorld(r => r with { Rollback = new RollbackSpec { SoakTime = "0s" } }).Serving(Old);
        world.Step();
        return world.With(2);
    }
}
