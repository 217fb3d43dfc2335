using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;

namespace Operator.Tests.BaseImages.Freshness;

/// <summary>A spec that mends what holds a build up stops that build; no wording has a say in it.</summary>
internal sealed class HeldUpBuildTests
{
    private static readonly GemmaBuild Good = A.Build(1).Succeeded();

    [TestCase("PodPending")]
    [TestCase("BackingOff")]
    [TestCase("NameTaken")]
    [TestCase("WordedAnew")]
    public void What_holds_a_build_up_is_read_from_its_field_whatever_the_condition_says(string reason)
    {
        var inputs = A.Inputs("i2", attempt: "other-node");
        var running = Running(2, "i2").Saying(reason);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Decide(inputs, running, Good),
                Is.InstanceOf<ImageDecision.Wait>(),
                "as an older release left it"
            );
            Assert.That(
                Decide(inputs, running.HeldBy(BuildHold.NameTaken), Good),
                Is.InstanceOf<ImageDecision.Supersede>()
            );
        }
    }

    [Test]
    public void A_word_of_a_newer_release_holds_nothing_up()
    {
        var running = Running(2, "i2");
        running = running with { Status = new GemmaBuildStatus { HeldBy = WireEnum<BuildHold>.Read("Moonlight") } };
        Assert.That(Decide(A.Inputs("i2", attempt: "other-node"), running, Good), Is.InstanceOf<ImageDecision.Wait>());
    }

    private static ImageDecision Decide(BuildRequest inputs, params GemmaBuild[] builds) =>
        ImagePlanner.Decide(A.Snapshot(A.BaseImage().Knowing(1), inputs, builds));

    private static GemmaBuild Running(long number, string inputs) =>
        A.Build(number, A.Inputs(inputs), created: A.Morning.AddMinutes(-4));
}
