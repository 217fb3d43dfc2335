using GemmaOperator.Tests.Clusters;
using GemmaOperator.Tests.Runtime.Faults;

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

    /// <summary>No write for a while: events are written behind the reconciles.</summary>
    private static async Task<bool> QuietAsync(FaultProxy proxy)
    {
        var before = proxy.Writes.Count;
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        return proxy.Writes.Count == before;
    }
}
