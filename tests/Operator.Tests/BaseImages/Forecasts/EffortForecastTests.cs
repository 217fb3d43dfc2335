using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Forecasts;
using static Operator.Tests.BaseImages.Forecasts.PlanningBuilds;

namespace Operator.Tests.BaseImages.Forecasts;

/// <summary>How long a build takes is foretold by those that took as much from the cache.</summary>
internal sealed class EffortForecastTests
{
    private static readonly CostSpec Prices = new() { PricePerMinute = "0.01", FullBuildMinutes = 12 };

    [Test]
    public void Builds_that_took_as_much_from_the_cache_tell()
    {
        // The first made all its layers, the next two had those before their requirements.
        IReadOnlyList<GemmaBuild> before =
        [
            Timed(3, "c==1", 100, 40),
            Timed(2, "b==1", 80, 20),
            Timed(1, "a==1", 900, 30),
        ];
        var effort = Of(Build(4, i => i with { Requirements = "d==1" }), before);
        Assert.Multiple(() =>
        {
            Assert.That(effort.Alike, Is.EqualTo(2));
            Assert.That(effort.Steps[0], Is.EqualTo(new StepForecast("Build", 100, 80, 100)));
            Assert.That(effort.Steps[1], Is.EqualTo(new StepForecast("Verify", 30, 20, 40)));
            Assert.That(effort.Usual.ToString(), Is.EqualTo("2.18"));
            Assert.That(
                EffortText.Of(effort),
                Is.EqualTo(
                    "about 2.18 minutes (1.68–2.35), 0.0168–0.0235 USD: Build 1m40s, Verify 30s, Promote 1s; as 2 "
                        + "builds with as much from the cache took"
                )
            );
        });
    }

    [Test]
    public void Others_tell_where_none_is_alike()
    {
        var effort = Of(Build(2, i => i with { Requirements = "b==1" }), [Timed(1, "a==1", 900, 30)]);
        Assert.That(effort.Alike, Is.Zero);
        Assert.That(EffortText.Of(effort), Does.Contain("Build 15m").And.EndWith("with more, or less, from the cache"));
    }

    [Test]
    public void Without_a_build_the_declared_minutes_stand_for_it()
    {
        var effort = Of(Build(1), []);
        Assert.That(effort.IsDeclared, Is.True);
        Assert.That(
            EffortText.Of(effort),
            Is.EqualTo(
                "about 12 minutes, 0.12 USD: Build 12m; Verify, Promote not known yet; no build tells, this is "
                    + "spec.cost.fullBuildMinutes"
            )
        );
    }

    [Test]
    public void A_kept_base_image_is_neither_built_nor_proved_again()
    {
        var next = Build(
            2,
            template: t =>
                t with
                {
                    ReuseBase = new ImageStatus { Build = "gemma-b1" },
                    Verification = new VerificationTemplate { Proved = new VerificationStatus() },
                }
        );
        var effort = Of(next, [Timed(1, "a==1", 900, 30)]);
        Assert.That(effort.Steps.Select(s => s.Name), Is.EqualTo(["Promote"]));
        Assert.That(effort.IsDeclared, Is.False);
    }

    private static EffortForecast Of(GemmaBuild next, IReadOnlyList<GemmaBuild> before) =>
        EffortForecast.Of(next, LayerForecast.Of(next, knowsBase: true, before, Now), before, Prices);
}
