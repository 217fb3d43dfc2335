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
        await stage.UntilAsync(
            i =>
                i.Status is { Rollout: { Stage.Value: RolloutStage.Complete, Digest: null }, ServingRevision: not null }
                && !Stage.Is(i, ConditionType.Reconciling, "True"),
            "all has been told"
        );
        // One more life writes what this one had left to write when it was stopped.
        await stage.StopOperatorAsync();
        await stage.StartOperatorAsync(proxy.Configuration);
        await stage.SettledAsync();
        await stage.StopOperatorAsync();

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
        await Eventually.ThatAsync(
            async () =>
            {
                var before = proxy.Requests.Count;
                for (var i = 0; i < 20; i++)
                {
                    var passes = await stage.ReconcilesAsync("gemmabaseimage");
                    await stage.NudgeAsync($"gemma-{i}");
                    await Eventually.ThatAsync(
                        async () => await stage.ReconcilesAsync("gemmabaseimage") > passes,
                        "it is looked at"
                    );
                }

                return before == proxy.Requests.Count;
            },
            "a look at each of them asks for nothing any more"
        );
    }
}
