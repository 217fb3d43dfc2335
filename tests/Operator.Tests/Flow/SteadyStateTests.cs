using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Faults;

namespace Operator.Tests.Flow;

/// <summary>When nothing changes, nothing is written.</summary>
public sealed class SteadyStateTests
{
    [Test]
    public async Task Ten_resyncs_of_a_served_image_write_nothing()
    {
        await using var stage = await Stage.StartAsync(startOperator: false);
        await using var proxy = await FaultProxy.StartAsync(stage.Cluster.Configuration);
        await stage.StartOperatorAsync(proxy.Configuration);
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
        await Eventually.ThatAsync(() => QuietAsync(proxy), "the last event is written");

        var before = proxy.Writes.Count;
        for (var i = 0; i < 10; i++)
        {
            // A new process reconciles everything that it lists: the hardest resync there is.
            await stage.StopOperatorAsync();
            await stage.StartOperatorAsync(proxy.Configuration);
            await stage.SettledAsync();
        }

        Assert.That(proxy.Writes.Skip(before).Select(w => w.Request), Is.Empty);
    }

    [Test]
    public async Task Objects_with_schedules_ask_the_API_server_for_nothing_until_one_is_due()
    {
        await using var stage = await Stage.StartAsync(startOperator: false);
        await using var proxy = await FaultProxy.StartAsync(stage.Cluster.Configuration);
        await stage.StartOperatorAsync(proxy.Configuration);
        for (var i = 0; i < 20; i++)
        {
            var image = stage.Image(s =>
                s with
                {
                    Schedule = $"{i} 3 1 1 *",
                    JitterSeconds = 600,
                    Output = s.Output with { Repository = $"{s.Output.Repository}-{i}" },
                    Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly },
                }
            );
            image.Metadata.Name = $"gemma-{i}";
            await stage.ApplyAsync(image);
        }

        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<GemmaBaseImage>()).Count(i =>
                    Stage.Is(i, ConditionType.Ready, "True") && i.Status!.NextScheduleTime is not null
                ) == 20,
            "all are published"
        );
        var asked = -1;
        await Eventually.ThatAsync(
            async () =>
            {
                var before = asked;
                asked = proxy.Requests.Count;
                await Task.Delay(TimeSpan.FromMilliseconds(700), TimeProvider.System);
                return before == proxy.Requests.Count;
            },
            "nothing at all is asked any more"
        );
    }

    /// <summary>No write for a while: events are written behind the reconciles.</summary>
    private static async Task<bool> QuietAsync(FaultProxy proxy)
    {
        var before = proxy.Writes.Count;
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        return proxy.Writes.Count == before;
    }
}
