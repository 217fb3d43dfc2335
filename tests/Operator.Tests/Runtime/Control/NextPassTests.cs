using System.Collections.Concurrent;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Control;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Gadgets;

namespace Operator.Tests.Runtime.Control;

/// <summary>A reconcile may ask for the next pass at once.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class NextPassTests
{
    [Test]
    public async Task Steps_follow_each_other_and_each_sees_the_write_of_the_one_before()
    {
        await using var world = await World.StartAsync();
        var seen = new ConcurrentQueue<int>();
        world
            .BuildAsync(async gadget =>
            {
                var step = gadget.Status?.Size ?? 0;
                seen.Enqueue(step);
                if (step == 5)
                {
                    return ReconciliationResult<Gadget>.Success(gadget);
                }

                await world.Host.Api.ApplyStatusAsync(
                    new Gadget
                    {
                        Metadata = new V1ObjectMeta { NamespaceProperty = world.Namespace, Name = "a" },
                        Status = new GadgetStatus(1, step + 1),
                    },
                    CancellationToken.None
                );
                return ReconciliationResult<Gadget>.Again(gadget);
            })
            .WithPredicate(Predicates.MoreThanStatus);
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        await Eventually.That(() => seen.Contains(5), "the last step");

        Assert.That(seen, Is.EqualTo(new[] { 0, 1, 2, 3, 4, 5 }));
        var metrics = await world.ScrapeAsync();
        Assert.That(metrics, Does.Match("workqueue_retries_total.* 0"), "none of them is a failure");
        Assert.That(metrics, Does.Match("controller_runtime_reconcile_total.*\"requeue\".* 5"));
    }

    [Test]
    public async Task One_that_asks_for_ever_though_nothing_changes_is_slowed_down_and_the_log_tells()
    {
        var lines = new ScopedLines();
        await using var world = await World.StartAsync(LoggerFactory.Create(l => l.AddProvider(lines)));
        world.Build(ReconciliationResult<Gadget>.Again);
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        await Eventually.That(
            () =>
                lines.All.Any(l =>
                    l.Text.Contains("asked for another pass 18 times in a row", StringComparison.Ordinal)
                ),
            "the log tells"
        );
        Assert.That(await world.ScrapeAsync(), Does.Match("workqueue_retries_total.* 0"));
    }

    [Test]
    public async Task An_object_that_is_touched_ten_times_a_second_keeps_no_worker_busy()
    {
        await using var world = await World.StartAsync();
        var passes = 0;
        world.Build(_ => Interlocked.Increment(ref passes));
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        const int Touches = 300;
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < Touches; i++)
        {
            await world.Cluster.Api.PatchAsync<Gadget>(
                world.Namespace,
                "a",
                new() { ["spec"] = new System.Text.Json.Nodes.JsonObject { ["size"] = i + 2 } },
                subresource: null,
                CancellationToken.None
            );
            var seen = i;
            await Eventually.That(
                () => world.Cache.Get(world.Namespace, "a")?.Spec?.Size == seen + 2,
                "the cache has it"
            );
        }

        var options = new ControllerOptions();
        var most =
            options.PassBurst + (options.PassesPerSecond * TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        Assert.That(passes, Is.LessThanOrEqualTo(most + 2).And.LessThan(Touches));
    }

    [Test]
    public async Task An_object_that_another_ones_finalizer_holds_is_left_alone_until_it_is_gone()
    {
        await using var world = await World.StartAsync();
        var seen = new ConcurrentQueue<Gadget>();
        world.Build(seen.Enqueue);
        await world.RunAsync();
        var held = Gadget.Of(world.Namespace, "a", 1, "elsewhere.test/cleanup");
        await world.Cluster.Api.CreateAsync(held, CancellationToken.None);
        await Eventually.That(() => !seen.IsEmpty, "it was looked at");

        await world.DeleteAsync("a");
        await Eventually.That(
            () => world.Cache.Get(world.Namespace, "a")!.Metadata.DeletionTimestamp is not null,
            "it is being deleted"
        );
        // Changes of an object that is on its way out wake its controller, too.
        await world.Cluster.Api.PatchAsync<Gadget>(
            world.Namespace,
            "a",
            new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["finalizers"] = null } },
            subresource: null,
            CancellationToken.None
        );
        await Eventually.That(() => world.Deleted.Contains("a"), "its end was told");
        Assert.That(seen.Select(gadget => gadget.Metadata.DeletionTimestamp), Is.All.Null);
    }
}
