using System.Globalization;
using CsCheck;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Cost;
using Operator.Tests.Builds;

namespace Operator.Tests.BaseImages.Cost;

internal sealed class CostReportTests
{
    /// <summary>
    /// The problem's example: 10 builds a week, 15–20 minutes, 0.008 a minute; then 2–3 minutes and one base build.
    /// </summary>
    private static readonly CostReport Example = CostReport.Of(new CostInputs());

    [Test]
    public void The_example_comes_out_as_it_is_stated()
    {
        Assert.That(Example.MinutesBefore, Is.EqualTo(new MinuteRange(150, 200)));
        Assert.That(Example.MinutesAfter, Is.EqualTo(new MinuteRange(35, 50)));
        Assert.That(Example.CostBefore.ToString(), Is.EqualTo("1.20–1.60 USD"));
        Assert.That(Example.CostAfter.ToString(), Is.EqualTo("0.28–0.40 USD"));
        Assert.That(Example.Saved.ToString(), Is.EqualTo("0.92–1.20 USD"));
        Assert.That(Example.SavedPercent.ToString(), Is.EqualTo("75–77"));
    }

    [Test]
    public void The_method_writes_inputs_formula_and_result_out() =>
        Assert.That(
            Example.Method,
            Is.EqualTo(
                "before: 10 builds × 15–20 min = 150–200 min × 0.008 USD/min = 1.20–1.60 USD a week; "
                    + "after: 10 builds × 2–3 min + 1 base build × 15–20 min = 35–50 min × 0.008 "
                    + "USD/min = 0.28–0.40 USD a week; "
                    + "saved: 0.92–1.20 USD a week (75–77 %)"
            )
        );

    [TestCase(1, 2, "before: 1 build ×", "+ 2 base builds ×")]
    [TestCase(2, 0, "before: 2 builds ×", "+ 0 base builds ×")]
    [TestCase(0, 0.5, "before: 0 builds ×", "+ 0.5 base builds ×")]
    public void It_counts_as_people_do(int application, double perWeek, string before, string after) =>
        Assert.That(
            CostReport
                .Of(CostInputs.Of(new CostSpec { ApplicationBuildsPerWeek = application }, [], (decimal)perWeek))
                .Method,
            Does.StartWith(before).And.Contain(after)
        );

    [Test]
    public void The_guide_shows_the_same_arithmetic() =>
        Assert.That(File.ReadAllText(Path.Combine(Golden.Root(), "docs", "cost.md")), Does.Contain(Example.Method));

    [Test]
    public void Status_carries_minutes_cost_and_saving_as_decimals()
    {
        var inputs = CostInputs.Of(new CostSpec(), [new Minutes(16.5m), new Minutes(18m)], 1m);
        var status = CostReport.Status(inputs, new Minutes(16.5m + 18m + 0.33m));
        Assert.That(status.BuildMinutesTotal, Is.EqualTo("34.83"));
        Assert.That(status.BuildCostTotal, Is.EqualTo("0.2786 USD"));
        Assert.That(status.SavedPerWeek, Is.EqualTo("1.016–1.108 USD"));
        Assert.That(
            status.Saved,
            Is.EqualTo(
                new SavedStatus
                {
                    Low = "1.016",
                    High = "1.108",
                    Currency = "USD",
                }
            )
        );
        Assert.That(
            status.Method,
            Does.Contain("10 builds × 17.5 min = 175 min").And.Contain("1 base build × 16.5–18 min")
        );
    }

    [Test]
    public void Nothing_is_saved_where_nothing_is_built()
    {
        var report = CostReport.Of(
            CostInputs.Of(
                new CostSpec
                {
                    ApplicationBuildsPerWeek = 0,
                    FullBuildMinutes = double.NaN,
                    PricePerMinute = "free",
                },
                [],
                0m
            )
        );
        Assert.That(report.Saved, Is.EqualTo(new MoneyRange(0, 0, "USD")));
        Assert.That(report.SavedPercent, Is.EqualTo(new PercentRange(0, 0)));
    }

    [Test]
    public void A_base_that_costs_more_than_it_saves_is_said_to() =>
        Assert.That(CostReport.Of(new CostInputs { BaseBuildsPerWeek = 30 }).Saved.High.Amount, Is.Negative);

    [Test]
    public void Before_is_after_and_saved_together() =>
        Gen.Select(Gen.Int[0, 1000], Gen.Decimal[0, 100], Gen.Decimal[0, 100], Gen.Decimal[0, 10])
            .Sample(
                (builds, full, small, price) =>
                {
                    var report = CostReport.Of(
                        new CostInputs
                        {
                            ApplicationBuildsPerWeek = builds,
                            Price = new Price(decimal.Round(price, 4), "EUR"),
                            FullBuild = new MinuteRange(decimal.Round(full, 2), decimal.Round(full, 2) + 1),
                            ApplicationBuild = new MinuteRange(decimal.Round(small, 2), decimal.Round(small, 2) + 1),
                        }
                    );
                    Assert.That(report.CostAfter + report.Saved, Is.EqualTo(report.CostBefore));
                }
            );

    [TestCase(0, "0")]
    [TestCase(1, "0.02")]
    [TestCase(1050, "17.5")]
    [TestCase(-5, "0")]
    public void Minutes_are_billed_by_the_second(int seconds, string minutes) =>
        Assert.That(
            Minutes.Billed(TimeSpan.FromSeconds(seconds)),
            Is.EqualTo(new Minutes(decimal.Parse(minutes, CultureInfo.InvariantCulture)))
        );
}
