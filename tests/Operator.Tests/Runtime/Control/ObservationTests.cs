using System.Collections.Concurrent;
using System.Diagnostics;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Control;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Gadgets;

namespace Operator.Tests.Runtime.Control;

/// <summary>What people and machines see of the work: events, spans, log lines, metrics.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ObservationTests
{
    [Test]
    public async Task An_event_is_written_and_its_repeats_are_counted()
    {
        await using var world = await World.StartAsync();
        world.Build(_ => { });
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        await Eventually.That(() => world.Cache.Get(world.Namespace, "a") is not null, "it is there");
        var gadget = world.Cache.Get(world.Namespace, "a")!;
        for (var i = 0; i < 2; i++)
        {
            world.Host.Events.Publish(gadget, EventType.Warning, "TooLarge", "Measure", new string('ü', 2000));
        }

        Corev1Event? written = null;
        await Eventually.ThatAsync(
            async () =>
            {
                var events = await world.Cluster.Api.ListAsync<Corev1Event>(
                    new ListQuery { Namespace = world.Namespace },
                    CancellationToken.None
                );
                written = events.Items.SingleOrDefault();
                return written?.Count == 2;
            },
            "one event that was counted twice"
        );
        Assert.That(
            (written!.Reason, written.Type, written.InvolvedObject.Name),
            Is.EqualTo(("TooLarge", "Warning", "a"))
        );
    }

    [Test]
    public async Task A_reconcile_has_a_span_and_its_log_lines_name_the_object()
    {
        var spans = new ConcurrentQueue<Activity>();
        var lines = new ScopedLines();
        await using var world = await World.StartAsync(LoggerFactory.Create(l => l.AddProvider(lines)));
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ReconcileTracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                // Other tests run beside this one.
                if (Equals(activity.GetTagItem("k8s.namespace.name"), world.Namespace))
                {
                    spans.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        var calls = 0;
        world.Build(gadget =>
            Interlocked.Increment(ref calls) == 1
                ? ReconciliationResult<Gadget>.Failure(gadget, "not yet")
                : ReconciliationResult<Gadget>.Success(gadget)
        );
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        await Eventually.That(() => spans.Count >= 2, "two reconciles, two spans");

        var (failed, good) = (spans.First(), spans.Skip(1).First());
        var line = lines.All.First(l => l.Text.Contains("not yet", StringComparison.Ordinal));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((failed.Status, good.Status), Is.EqualTo((ActivityStatusCode.Error, ActivityStatusCode.Ok)));
            Assert.That(failed.GetTagItem("k8s.object.kind"), Is.EqualTo("Gadget"));
            Assert.That(failed.GetTagItem("k8s.object.name"), Is.EqualTo("a"));
            Assert.That(line.Scope["kind"], Is.EqualTo("Gadget"));
            Assert.That(line.Scope["namespace"], Is.EqualTo(world.Namespace));
            Assert.That(line.Scope["name"], Is.EqualTo("a"));
            Assert.That(
                line.Scope["reconcileID"],
                Is.EqualTo(failed.GetTagItem("reconcile.id")),
                "a log line leads to its span"
            );
        }
    }

    [Test]
    public async Task Work_that_does_not_end_is_seen_while_it_goes_on()
    {
        await using var world = await World.StartAsync();
        using var gate = new SemaphoreSlim(0);
        using var entered = new SemaphoreSlim(0);
        world.Build(_ =>
        {
            entered.Release();
            gate.Wait(TimeSpan.FromSeconds(60));
        });
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        await entered.WaitAsync(TimeSpan.FromSeconds(60));
        await Eventually.ThatAsync(
            async () =>
                Value(await world.ScrapeAsync(), "workqueue_longest_running_processor_seconds") > 0
                && Value(await world.ScrapeAsync(), "workqueue_unfinished_work_seconds") > 0,
            "it shows"
        );
        gate.Release();
        await Eventually.ThatAsync(
            async () => Value(await world.ScrapeAsync(), "workqueue_longest_running_processor_seconds") == 0,
            "it is over"
        );
    }

    private static double Value(string scraped, string metric) =>
        double.Parse(
            scraped.Split('\n').First(l => l.StartsWith(metric + "{", StringComparison.Ordinal)).Split(' ')[1],
            System.Globalization.CultureInfo.InvariantCulture
        );
}
