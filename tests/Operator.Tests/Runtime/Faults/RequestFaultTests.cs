using System.Net;
using GemmaOperator.Runtime.Control;
using k8s;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Gadgets;

namespace Operator.Tests.Runtime.Faults;

/// <summary>Requests that fail, and objects that make trouble for others.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RequestFaultTests
{
    [Test]
    public async Task One_request_in_twenty_failing_delays_and_loses_nothing()
    {
        await using var bench = await Bench.StartAsync();
        var n = 0;
        var injected = 0;
        bench.Proxy.Plan = request =>
        {
            if (!FaultProxy.IsWrite(request) || Interlocked.Increment(ref n) % 20 != 0)
            {
                return Fault.None;
            }

            return (Interlocked.Increment(ref injected) % 3) switch
            {
                0 => new Fault { Status = HttpStatusCode.Conflict },
                1 => new Fault { Status = HttpStatusCode.TooManyRequests, RetryAfterSeconds = 1 },
                _ => new Fault { Status = HttpStatusCode.InternalServerError, Reason = "InternalError" },
            };
        };
        await bench.CreateAsync(0, 150);
        var took = await bench.SettledAsync(150);
        TestContext.Out.WriteLine(
            $"recovery: 5 % of 409/429/500: {took.TotalMilliseconds:0} ms after the last of 150 creates"
        );
        Assert.That(injected, Is.GreaterThan(10));
        Assert.That(
            bench.Controller.ChildWrites.Count + bench.Controller.StatusWrites.Count,
            Is.LessThanOrEqualTo(300 + injected)
        );
    }

    [Test]
    public async Task A_429_with_Retry_After_is_waited_for_within_the_request()
    {
        await using var bench = await Bench.StartAsync();
        var refused = 0;
        bench.Proxy.Plan = request =>
            FaultProxy.IsWrite(request) && Interlocked.Increment(ref refused) <= 1
                ? new Fault { Status = HttpStatusCode.TooManyRequests, RetryAfterSeconds = 1 }
                : Fault.None;
        await bench.CreateAsync(0, 1);
        await bench.SettledAsync(1);
        Assert.That(
            (bench.Controller.ChildWrites.Count, bench.Controller.StatusWrites.Count),
            Is.EqualTo((1, 1)),
            "no reconcile failed"
        );
    }

    [Test]
    public async Task A_rotated_token_is_read_again_without_anything_failing()
    {
        var (accepted, current) = ("old", "old");
        await using var bench = await Bench.StartAsync(
            options =>
                options with
                {
                    Configuration = () =>
                        new KubernetesClientConfiguration
                        {
                            Host = options.Configuration().Host,
                            AccessToken = current,
                        },
                },
            gadgets: 2
        );
        bench.Proxy.Plan = request =>
            request.Headers.Authorization == $"Bearer {accepted}"
                ? Fault.None
                : new Fault { Status = HttpStatusCode.Unauthorized };
        await bench.ResizeAsync("g0", 10);
        await bench.SettledAsync(2);

        (accepted, current) = ("new", "new");
        bench.Proxy.CutAll();
        await bench.ResizeAsync("g1", 20);
        var took = await bench.SettledAsync(2);
        TestContext.Out.WriteLine($"recovery: token rotation: {took.TotalMilliseconds:0} ms");
        Assert.That(bench.Controller.ChildWrites, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task What_is_deleted_during_an_outage_is_told_once_after_it()
    {
        await using var bench = await Bench.StartAsync(gadgets: 10);
        bench.Proxy.Plan = _ => Fault.Refused;
        bench.Proxy.CutAll();
        await bench.DeleteAsync("g3");
        await bench.DeleteAsync("g4");
        await bench.CreateAsync(4, 1);

        bench.Proxy.Plan = _ => Fault.None;
        var took = await bench.SettledAsync(9);
        took += await Eventually.That(() => bench.Controller.Deleted.Count >= 2, "both deletes are told");
        TestContext.Out.WriteLine($"recovery: delete during an outage: {took.TotalMilliseconds:0} ms");
        Assert.That(bench.Controller.Deleted, Is.EquivalentTo(["g3", "g4"]), "also of the one whose name lives again");
    }

    [Test]
    public async Task One_hot_object_does_not_hold_up_the_others()
    {
        await using var bench = await Bench.StartAsync(gadgets: 20);
        using var stop = new CancellationTokenSource();
        var heat = Task.Run(async () =>
        {
            for (var size = 1000; !stop.IsCancellationRequested; size++)
            {
                await bench.ResizeAsync("g0", size);
            }
        });
        var slowest = TimeSpan.Zero;
        for (var i = 1; i < 20; i++)
        {
            await bench.ResizeAsync($"g{i}", 500 + i);
            var took = await Eventually.That(
                () =>
                    bench.Cache.Get(bench.Cluster.Namespace, $"g{i}") is { IsSettled: true } g
                    && g.Spec!.Size == 500 + i,
                $"g{i} is settled beside the hot one"
            );
            slowest = took > slowest ? took : slowest;
        }

        await stop.CancelAsync();
        await heat;
        await bench.SettledAsync(20);
        TestContext.Out.WriteLine($"one hot object: the slowest other took {slowest.TotalMilliseconds:0} ms");
        Assert.That(bench.Controller.Overlapped, Is.Empty);
    }

    [Test]
    public async Task An_object_that_always_fails_does_not_hold_up_the_others_and_is_never_given_up()
    {
        await using var bench = await Bench.StartAsync();
        var isBroken = true;
        bench.Controller.Before = (gadget, _) =>
            gadget.Metadata.Name == "bad" && isBroken
                ? throw new InvalidOperationException("always")
                : Task.CompletedTask;
        await bench.Cluster.Api.CreateAsync(Gadget.Of(bench.Cluster.Namespace, "bad", 1), CancellationToken.None);
        await bench.CreateAsync(0, 20);
        await Eventually.That(() => bench.Cache.List().Count(g => g.IsSettled) == 20, "the others are settled");
        await Eventually.That(
            () => bench.Controller.Reconciled.Count(n => n == "bad") >= 8,
            "it is tried again and again"
        );
        isBroken = false;
        await bench.SettledAsync(21);
    }

    [Test]
    public async Task A_reconcile_that_never_ends_is_cancelled_and_tried_again()
    {
        await using var bench = await Bench.StartAsync(options =>
            options with
            {
                Controllers = new ControllerOptions { Workers = 2, ReconcileTimeout = TimeSpan.FromMilliseconds(200) },
            }
        );
        var tries = 0;
        bench.Controller.Before = (_, cancelled) =>
            Interlocked.Increment(ref tries) <= 2
                ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled)
                : Task.CompletedTask;
        await bench.CreateAsync(0, 1);
        await bench.SettledAsync(1);
        Assert.That(tries, Is.GreaterThan(2));
    }

    [Test]
    public async Task A_refused_watch_says_in_readiness_what_is_not_allowed()
    {
        await using var bench = await Bench.StartAsync(
            options => options with { Caches = options.Caches with { StuckAfter = TimeSpan.Zero } },
            gadgets: 1
        );
        Assert.That(bench.Host.Health.IsReady);
        bench.Proxy.Plan = request =>
            request.Path.Value!.EndsWith("/gadgets", StringComparison.Ordinal)
                ? new Fault { Status = HttpStatusCode.Forbidden }
                : Fault.None;
        bench.Proxy.CutAll();
        var told = $"Not allowed to list gadgets.{Gadget.Domain} in namespace {bench.Cluster.Namespace}";
        await Eventually.That(
            () => bench.Host.Health is { IsReady: false } health && health.Problems.Any(p => p.Contains(told)),
            told
        );

        bench.Proxy.Plan = _ => Fault.None;
        await Eventually.That(() => bench.Host.Health.IsReady, "it is ready again");
    }
}
