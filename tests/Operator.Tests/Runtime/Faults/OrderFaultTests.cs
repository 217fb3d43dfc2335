using System.Net;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Gadgets;

namespace Operator.Tests.Runtime.Faults;

/// <summary>Watches of different kinds have no order among them: one may lag far behind the other.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class OrderFaultTests
{
    /// <summary>
    /// Each kind's watch in turn brings nothing for a while, and then everything at once, twice and out of order.
    /// </summary>
    [TestCase("configmaps")]
    [TestCase("gadgets")]
    public async Task A_kind_whose_events_come_late_makes_nothing_be_done_twice(string late)
    {
        await using var bench = await Bench.StartAsync(
            options =>
                options with
                {
                    Controllers = options.Controllers with { ReadYourWritesBound = TimeSpan.FromMinutes(1) },
                },
            gadgets: 20
        );
        bench.Proxy.Plan = request =>
            FaultProxy.IsWatch(request) && request.Path.Value!.EndsWith('/' + late, StringComparison.Ordinal)
                ? new Fault { RepeatLines = true, LagBehind = TimeSpan.FromMilliseconds(300) }
                : Fault.None;
        bench.Proxy.CutAll();
        for (var round = 1; round <= 2; round++)
        {
            for (var i = 0; i < 20; i++)
            {
                await bench.ResizeAsync($"g{i}", (1000 * round) + i);
            }

            await bench.SettledAsync(20);
        }

        await bench.DeleteAsync("g19");
        await bench.SettledAsync(19);
        await Eventually.That(() => !bench.Controller.Deleted.IsEmpty, "the delete is told");
        Assert.That(bench.Controller.Deleted, Is.EqualTo(["g19"]));
        Assert.That(
            bench.Controller.ChildWrites.Count(n => n != "g19"),
            Is.EqualTo(19 * 3),
            "one for each size it had"
        );
        Assert.That(bench.Controller.StatusWrites.Count(n => n != "g19"), Is.EqualTo(19 * 3));
        Assert.That(bench.Controller.Overlapped, Is.Empty);
    }

    [Test]
    public async Task A_watch_that_is_granted_and_ended_at_once_for_ever_shows_in_readiness()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var bench = await Bench.StartAsync(time: time, gadgets: 1);
        bench.Proxy.Plan = request => FaultProxy.IsWatch(request) ? new Fault { Body = "" } : Fault.None;
        bench.Proxy.CutAll();
        await UntilAsync(() =>
            bench.Host.Health is { IsReady: false } health
            && health.Problems.Any(p => p.Contains("closed the watch at once"))
        );

        bench.Proxy.Plan = _ => Fault.None;
        await UntilAsync(() => bench.Host.Health.IsReady);

        Task<TimeSpan> UntilAsync(Func<bool> condition) =>
            Eventually.That(
                () =>
                {
                    time.Advance(TimeSpan.FromSeconds(0.5));
                    return condition();
                },
                "readiness follows"
            );
    }

    [Test]
    public async Task A_kind_that_may_be_listed_but_not_watched_is_not_ready_and_says_which_verb_is_missing()
    {
        await using var bench = await Bench.StartAsync(gadgets: 1);
        bench.Proxy.Plan = request =>
            FaultProxy.IsWatch(request) && request.Path.Value!.EndsWith("/gadgets", StringComparison.Ordinal)
                ? new Fault { Status = HttpStatusCode.Forbidden }
                : Fault.None;
        bench.Proxy.CutAll();
        var told = $"Not allowed to watch gadgets.{Gadget.Domain} in namespace {bench.Cluster.Namespace}";
        await Eventually.That(
            () => bench.Host.Health is { IsReady: false } health && health.Problems.Any(p => p.Contains(told)),
            told
        );
        Assert.That(bench.Host.Health.IsLive, "a restart would help nobody");

        bench.Proxy.Plan = _ => Fault.None;
        await Eventually.That(() => bench.Host.Health.IsReady, "it is ready again");
    }
}
