using System.Text;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Queue;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Metrics;
using GemmaOperator.Runtime.Caching;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Prometheus;

namespace Operator.Tests.Metrics;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FleetMetricsTests
{
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly ObjectCache<GemmaBaseImage> _images = new();

    /// <summary>Sums over replicas would count what a former leader last saw as well.</summary>
    [Test]
    public async Task Who_no_longer_leads_shows_nothing_of_the_fleet()
    {
        var leads = true;
        var slots = new BuildSlots(1, new ObjectCache<V1Job>(), new FakeTimeProvider());
        var fleet = new FleetMetrics(_images, new ObjectCache<GemmaBuild>(), () => slots.Count, () => leads, _registry);
        _images.Replace([Image("Serving")], "1");
        slots.Admit(A.Build(1), new AwaitJob(KanikoStep.Instance, "job", "", Until: null));
        var page = await PageAsync(fleet);
        Assert.That(
            page,
            Does.Contain("gemma_operator_builds_running 1").And.Contain("gemma_operator_image_condition{")
        );

        leads = false;
        page = await PageAsync(fleet);
        Assert.That(
            page,
            Does.Contain("gemma_operator_builds_running 0").And.Not.Contain("gemma_operator_image_condition{")
        );
    }

    [Test]
    public async Task A_label_is_written_as_the_format_asks_for()
    {
        var fleet = new FleetMetrics(_images, new ObjectCache<GemmaBuild>(), () => (0, 0), () => true, _registry);
        _images.Replace([Image("a \\ \"b\"\nc")], "1");
        Assert.That(
            await PageAsync(fleet),
            Does.Contain(
                """gemma_operator_image_condition{namespace="ml",name="gemma",type="Ready",status="True","""
                    + """reason="a \\ \"b\" c"} 1"""
                    + "\n"
            )
        );
    }

    private static GemmaBaseImage Image(string reason) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                NamespaceProperty = "ml",
                Name = "gemma",
                Uid = "u",
                ResourceVersion = "1",
            },
            Status = new GemmaBaseImageStatus
            {
                Conditions =
                [
                    new V1Condition
                    {
                        Type = "Ready",
                        Status = "True",
                        Reason = reason,
                    },
                ],
            },
        };

    private async Task<string> PageAsync(FleetMetrics fleet)
    {
        using var page = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(page);
        await fleet.WriteAsync(page, CancellationToken.None);
        return Encoding.UTF8.GetString(page.ToArray());
    }
}
