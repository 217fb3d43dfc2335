using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Forecasts;
using static Operator.Tests.BaseImages.Forecasts.PlanningBuilds;

namespace Operator.Tests.BaseImages.Forecasts;

/// <summary>Layers come from the cache up to the first difference with the build that left them.</summary>
internal sealed class LayerForecastTests
{
    private static readonly GemmaBuild Before = Build(1);

    [Test]
    public void The_same_inputs_have_all_their_layers()
    {
        var forecast = Of(Build(2));
        Assert.That(forecast.Share, Is.EqualTo(CacheShare.All));
        Assert.That(forecast, Has.Property("LikeBuild").EqualTo("gemma-b1").And.Property("Why").Null);
        Assert.That(
            forecast.Steps.Select(s => $"{s.Line} {s.Text}"),
            Is.EqualTo(["4 RUN apt-get install curl", "5 COPY requirements.txt /r.txt", "6 RUN pip install -r /r.txt"])
        );
    }

    [Test]
    public void Other_requirements_make_anew_what_copies_them_and_all_below()
    {
        var forecast = Of(Build(2, i => i with { Requirements = "idna==3.11" }));
        Assert.That(forecast.Steps.Select(s => s.IsCached), Is.EqualTo([true, false, false]));
        Assert.That(forecast.Why, Is.EqualTo("line 5 copies another requirements.txt"));
    }

    [TestCase("apt-get install curl", "apt-get install curl git", new[] { false, false, false }, "line 4")]
    [TestCase("    -r /r.txt", "    -q -r /r.txt", new[] { true, true, false }, "line 6")]
    [TestCase("USER 1000:1000", "USER 7:7", new[] { true, true, true }, null)]
    [TestCase("RUN pip", "# why\nRUN pip", new[] { true, true, true }, null)]
    public void Another_instruction_makes_it_and_all_below_anew(string old, string now, bool[] cached, string? why)
    {
        var text = Dockerfile.Replace(old, now, StringComparison.Ordinal);
        var forecast = Of(Build(2, i => i with { Dockerfile = text }));
        Assert.That(forecast.Steps.Select(s => s.IsCached), Is.EqualTo(cached));
        Assert.That(forecast.Why, why is null ? Is.Null : Does.StartWith(why));
    }

    [Test]
    public void Another_epoch_makes_anew_what_comes_after_it()
    {
        var forecast = Of(Build(2, i => i with { CacheEpoch = "2026-11-30T09:00:00Z" }));
        Assert.That(forecast.Share, Is.EqualTo(CacheShare.Nothing));
        Assert.That(forecast.Why, Is.EqualTo("the cache's epoch goes from none to 2026-11-30T09:00:00Z in line 3"));
    }

    [Test]
    public void What_a_heredoc_holds_is_part_of_its_instruction()
    {
        var (one, other) = (Dockerfile + "\nRUN <<EOF\na\nEOF\n", Dockerfile + "\nRUN <<EOF\nb\nEOF\n");
        var forecast = LayerForecast.Of(
            Build(2, i => i with { Dockerfile = other }),
            knowsBase: true,
            [Build(1, i => i with { Dockerfile = one })],
            Now
        );
        Assert.That(forecast.Steps.Select(s => s.IsCached), Is.EqualTo([true, true, true, false]));
    }

    [Test]
    public void The_build_that_goes_the_longest_way_along_counts()
    {
        var forecast = LayerForecast.Of(
            Build(3),
            knowsBase: true,
            [Build(2, i => i with { Dockerfile = "FROM other" }), Before],
            Now
        );
        Assert.That(forecast.LikeBuild, Is.EqualTo("gemma-b1"));
    }

    [Test]
    public void Nothing_is_cached_of_another_base_age_or_cache()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Of(Build(2, i => i with { BaseDigest = $"sha256:{new string('1', 64)}" })).LikeBuild, Is.Null);
            Assert.That(Of(Build(2), knows: false).Why, Does.Contain("base:1"));
            Assert.That(Of(Build(2), at: Now.AddDays(7)).Why, Does.Contain("168h"));
            Assert.That(
                Of(With(c => c with { Mode = CacheMode.None })).Why,
                Is.EqualTo("spec.build.cache.mode is None")
            );
            Assert.That(Of(With(c => c with { Repository = "registry.example/other" })).LikeBuild, Is.Null);
        });
    }

    [Test]
    public void A_base_image_that_is_kept_has_no_layers_to_make()
    {
        var forecast = Of(Build(2, template: t => t with { ReuseBase = new ImageStatus { Build = "gemma-b1" } }));
        Assert.That(forecast.KeepsBase, Is.True);
        Assert.That(forecast.Steps, Is.Empty);
    }

    private static GemmaBuild With(Func<CacheSpec, CacheSpec> change) =>
        Build(2, template: t => t with { Build = t.Build with { Cache = change(t.Build.Cache) } });

    private static LayerForecast Of(GemmaBuild next, bool knows = true, DateTime? at = null) =>
        LayerForecast.Of(next, knows, [Before], at ?? Now);
}
