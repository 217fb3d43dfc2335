using GemmaOperator.Runtime.Host;
using GemmaOperator.Runtime.Leadership;
using Operator.Tests.Clusters;

namespace Operator.Tests.Runtime.Faults;

/// <summary>
/// Two replicas on one cluster, and the leader comes to harm. The deterministic cases are LeaderElectorTests.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class LeaderFaultTests
{
    [Test]
    public async Task A_leader_that_vanishes_is_replaced_and_its_work_goes_on()
    {
        await using var first = await Bench.StartAsync(o => Electing(o, "first"), gadgets: 10);
        await using var second = await first.JoinAsync(o => Electing(o, "second"));
        Assert.That(second.Controller.Reconciled, Is.Empty, "a standby watches and does nothing");

        first.Proxy.Plan = _ => Fault.Refused;
        first.Proxy.CutAll();
        for (var i = 0; i < 10; i++)
        {
            await second.ResizeAsync($"g{i}", 100 + i);
        }

        var took = await second.SettledAsync(10);
        TestContext.Out.WriteLine($"recovery: leader vanished (lease 3 s): {took.TotalMilliseconds:0} ms");
        Assert.That(second.Controller.ChildWrites, Has.Count.EqualTo(10));
        await Eventually.That(
            () => !first.Host.IsWorking && !first.Host.Working.IsFaulted && first.Host.Health.IsLive,
            "the old one is a live standby"
        );
    }

    [Test]
    public async Task A_leader_whose_requests_hang_writes_nothing_once_another_leads()
    {
        await using var first = await Bench.StartAsync(o => Electing(o, "first"), gadgets: 10);
        await using var second = await first.JoinAsync(o => Electing(o, "second"));

        // Every request is held longer than the lease, as by a process that was paused while it wrote.
        first.Proxy.Plan = _ => new Fault { Delay = TimeSpan.FromSeconds(8) };
        for (var i = 0; i < 10; i++)
        {
            await second.ResizeAsync($"g{i}", 100 + i);
        }

        await second.Host.Working.WaitAsync(TimeSpan.FromSeconds(60));
        var handover = TimeProvider.System.GetUtcNow();
        await second.SettledAsync(10);
        await Eventually.That(
            () => TimeProvider.System.GetUtcNow() - handover > TimeSpan.FromSeconds(8),
            "what was held would have arrived"
        );
        Assert.That(first.Proxy.Writes.Where(w => w.At > handover && !w.Request.Contains("leases")), Is.Empty);
        Assert.That(second.Controller.ChildWrites, Has.Count.EqualTo(10));
    }

    [Test]
    public async Task A_leader_that_stops_hands_over_at_once()
    {
        await using var first = await Bench.StartAsync(o => Electing(o, "first", lease: 60), gadgets: 3);
        await using var second = await first.JoinAsync(o => Electing(o, "second", lease: 60));
        await first.Host.StopAsync(CancellationToken.None);
        var took = await Eventually.That(() => second.Host.Working.IsCompletedSuccessfully, "the other leads");
        TestContext.Out.WriteLine($"recovery: leader stopped (lease 60 s): {took.TotalMilliseconds:0} ms");
        await second.ResizeAsync("g0", 9);
        await second.SettledAsync(3);
    }

    [Test]
    public async Task A_standby_collects_nothing_but_knows_of_a_delete_that_the_leader_died_over()
    {
        await using var first = await Bench.StartAsync(o => Electing(o, "first"), gadgets: 5);
        await using var second = await first.JoinAsync(o => Electing(o, "second"));
        await second.ResizeAsync("g0", 100);
        await first.SettledAsync(5);
        await Eventually.That(() => second.Cache.List().All(g => g.IsSettled), "the standby has seen it");
        Assert.That(await second.MetricAsync("workqueue_adds_total"), Is.Zero, "its queue would only grow");

        first.Proxy.Plan = _ => Fault.Refused;
        first.Proxy.CutAll();
        await second.DeleteAsync("g1");
        await Eventually.That(() => !second.Controller.Deleted.IsEmpty, "the new leader tells it");
        Assert.That(second.Controller.Deleted, Is.EqualTo(["g1"]));
        await second.SettledAsync(4);
        Assert.That(await second.MetricAsync("workqueue_adds_total"), Is.GreaterThanOrEqualTo(5));
    }

    [Test]
    public async Task A_limit_on_requests_never_costs_a_busy_leader_its_lease()
    {
        await using var bench = await Bench.StartAsync(o =>
            Electing(o, "first") with
            {
                Transport = o.Transport with { RequestsPerSecond = 50, Burst = 50, Timeout = TimeSpan.FromMinutes(5) },
            }
        );
        using var stop = new CancellationTokenSource();
        // Twenty seconds' worth of requests, all waiting for the limit before the next renewal could.
        var flood = Enumerable
            .Range(0, 1000)
            .Select(_ => bench.Host.Api.GetAsync<k8s.Models.V1ConfigMap>(bench.Cluster.Namespace, "none", stop.Token))
            .ToList();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await Eventually.ThatAsync(
            async () =>
            {
                var lease = await bench.Cluster.Api.GetAsync<k8s.Models.V1Lease>(
                    bench.Cluster.Namespace,
                    "runtime",
                    CancellationToken.None
                );
                return seen.Add(lease!.Metadata.ResourceVersion) && seen.Count > 8;
            },
            "it is renewed again and again"
        );
        Assert.That(flood.Count(request => !request.IsCompleted), Is.GreaterThan(100), "while the limit is reached");
        await stop.CancelAsync();
        Task ended = Task.WhenAll(flood);
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [Test]
    public async Task A_lease_that_may_not_be_had_shows_in_readiness_with_what_is_not_allowed()
    {
        await using var bench = await Bench.StartAsync(o => Electing(o, "first"));
        bench.Proxy.Plan = request =>
            request.Path.Value!.EndsWith("/leases/runtime", StringComparison.Ordinal)
                ? new Fault { Status = System.Net.HttpStatusCode.Forbidden }
                : Fault.None;
        var told = $"Not allowed to get leases.coordination.k8s.io runtime in namespace {bench.Cluster.Namespace}";
        await Eventually.That(
            () => bench.Host.Health is { IsReady: false } health && health.Problems.Any(p => p.Contains(told)),
            told
        );
        await Eventually.That(() => !bench.Host.IsWorking, "its term ends");

        bench.Proxy.Plan = _ => Fault.None;
        await Eventually.That(() => bench.Host is { IsWorking: true, Health.IsReady: true }, "it leads again");
        await bench.CreateAsync(0, 1);
        await bench.SettledAsync(1);
    }

    private static ControllerHostOptions Electing(ControllerHostOptions options, string identity, double lease = 3) =>
        options with
        {
            LeaderElection = new LeaderElectionOptions
            {
                Namespace = options.Namespaces[0],
                Name = "runtime",
                Identity = identity,
                Duration = TimeSpan.FromSeconds(lease),
                RenewDeadline = TimeSpan.FromSeconds(lease * 2 / 3),
                RetryPeriod = TimeSpan.FromSeconds(0.3),
            },
        };
}
