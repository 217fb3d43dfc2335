using GemmaOperator.Api.BaseImages;
using GemmaOperator.Runtime.Contracts;
using Operator.Tests.Builds;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow;

internal sealed class MetricsFlowTests
{
    [Test]
    public async Task The_fleet_can_be_watched_and_what_is_gone_is_gone_from_it()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image(s => s with { Schedule = "0 9 * * 1" }));
        await stage.UntilReadyAsync();
        var ns = stage.Cluster.Namespace;
        await stage.UntilScrapedAsync(
            $$"""gemma_operator_image_condition{namespace="{{ns}}",name="gemma",type="Ready","""
                + """status="True",reason="Serving"} 1"""
        );
        await stage.UntilScrapedAsync(
            $$"""gemma_operator_builds_total{namespace="{{ns}}",name="gemma",reason="Initial","""
                + """kind="full",result="Completed"} 1"""
        );
        var text = await stage.ScrapeAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                text,
                Does.Match(
                    $$"""gemma_operator_image_built_timestamp_seconds\{namespace="{{ns}}",name="gemma"\} 1[0-9]{9}"""
                )
            );
            Assert.That(
                text,
                Does.Match(
                    $$"""gemma_operator_image_next_schedule_timestamp_seconds\{namespace="{{ns}}","""
                        + """name="gemma"\} 1[0-9]{9}"""
                )
            );
            Assert.That(
                text,
                Does.Match(
                    $$"""gemma_operator_image_saved_per_week\{namespace="{{ns}}",name="gemma","""
                        + """currency="USD",bound="low"\} -?[0-9.]+"""
                )
            );
            Assert.That(
                text,
                Does.Contain("""gemma_operator_build_duration_seconds_count{kind="full",result="Completed"} 1""")
            );
            Assert.That(
                text,
                Does.Contain("gemma_operator_builds_running 0").And.Contain("gemma_operator_builds_queued 0")
            );
            Assert.That(text, Does.Not.Contain("type=\"Reconciling\""), "a condition that is over");
        }

        await stage.Api.DeleteAsync<GemmaBaseImage>(ns, "gemma", null, CancellationToken.None);
        await Eventually.ThatAsync(
            async () =>
                !(await stage.ScrapeAsync()).Contains("gemma_operator_image_condition{", StringComparison.Ordinal),
            "its conditions are gone"
        );
        Assert.That(
            await stage.ScrapeAsync(),
            Does.Not.Contain("name=\"gemma\""),
            "its builds don't count for ever either"
        );
    }

    [Test]
    public async Task Every_metric_of_the_fleet_is_on_the_page()
    {
        await using var stage = await Stage.StartAsync();
        var page = await File.ReadAllTextAsync(Path.Combine(Golden.Root(), "docs", "metrics.md"));
        var names = (await stage.ScrapeAsync())
            .Split('\n')
            .Where(l => l.StartsWith("# TYPE gemma_operator_", StringComparison.Ordinal))
            .Select(l => l.Split(' ')[2]);
        Assert.That(names.Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal)), Is.Empty);
    }
}
