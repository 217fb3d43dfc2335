using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Cost;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;

namespace Operator.Tests.BaseImages.Cost;

/// <summary>The running total outlives the builds it counts, and never starts anew unsaid.</summary>
internal sealed class CountedMinutesTests
{
    [Test]
    public void Builds_that_have_left_the_history_stay_in_the_total()
    {
        var status = Pass("120.5");
        Assert.That((status.BuildMinutesTotal, status.CountedBuild), Is.EqualTo(("135.5", (long?)2)));
    }

    [TestCase("12,5")]
    [TestCase("")]
    [TestCase("-3")]
    [TestCase("1e3")]
    public void A_total_that_can_t_be_read_is_counted_anew_and_an_event_says_so(string text)
    {
        var before = Snapshot(text);
        var after = ImageStatusFold.Fold(
            before,
            new ImageDecision.Settled(null),
            new RolloutDecision.Unmanaged(),
            new ImageOutcome()
        );
        Assert.That((after.Cost!.BuildMinutesTotal, after.Cost.CountedBuild), Is.EqualTo(("30", (long?)2)));
        Assert.That(
            ImageEvents
                .Between(before.Status, after, new ImageOutcome())
                .Where(e => e.Reason == "CostCountedAnew")
                .Select(e => (e.IsWarning, e.Note.Contains(text, StringComparison.Ordinal))),
            Is.EqualTo(new[] { (true, true) })
        );
        Assert.That(
            ImageEvents.Between(after, after, new ImageOutcome()).Where(e => e.Reason == "CostCountedAnew"),
            Is.Empty,
            "told once"
        );
    }

    [Test]
    public void Amounts_of_different_currencies_don_t_add_up() =>
        Assert.That(
            () => new MoneyRange(1, 2, "USD") + new MoneyRange(1, 2, "EUR"),
            Throws.ArgumentException.With.Message.Contain("USD and EUR don't add up")
        );

    private static CostStatus Pass(string total) =>
        ImageStatusFold
            .Fold(Snapshot(total), new ImageDecision.Settled(null), new RolloutDecision.Unmanaged(), new ImageOutcome())
            .Cost!;

    private static ImageSnapshot Snapshot(string total) =>
        A.Snapshot(
            A.BaseImage() with
            {
                Status = new GemmaBaseImageStatus
                {
                    Cost = new CostStatus { BuildMinutesTotal = total, CountedBuild = 1 },
                },
            },
            builds: [A.Build(2).Succeeded(), A.Build(1).Succeeded()]
        );
}
