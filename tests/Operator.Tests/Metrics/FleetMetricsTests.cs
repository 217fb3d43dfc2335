using System.Text;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Channels;
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

    [Test]
    public async Task The_base_that_builds_stand_on_is_told_with_its_channel_and_the_newest_of_its_line()
    {
        var fleet = new FleetMetrics(_images, new ObjectCache<GemmaBuild>(), () => (0, 0), () => true, _registry);
        var image = Image("Serving");
        var pinned = image with
        {
            Status = new GemmaBaseImageStatus { ResolvedBase = new ResolvedBase { Reference = "r.example/a:1" } },
        };
        _images.Replace([pinned], "1");
        Assert.That(await PageAsync(fleet), Does.Contain(Base("r.example/a:1", "Pinned", "")));
        var channeled = pinned.Status with
        {
            Base = new ChannelStatus
            {
                Channel = BaseChannel.Minor,
                Declared = "r.example/a:1.0.0",
                Taken = "r.example/a:1.1.0",
                Newest = "1.2.0",
            },
        };
        var moved = pinned.Metadata with { ResourceVersion = "2" };
        _images.Replace([pinned with { Metadata = moved, Status = channeled }], "2");
        Assert.That(await PageAsync(fleet), Does.Contain(Base("r.example/a:1.1.0", "Minor", "1.2.0")));
    }

    private static string Base(string reference, string channel, string newest) =>
        $$"""gemma_operator_image_base_info{namespace="ml",name="gemma",base="{{reference}}","""
        + $$"""channel="{{channel}}",newest="{{newest}}"} 1""";

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
