using System.Globalization;
using System.Net;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Control;

namespace Operator.Tests.Runtime.Faults;

/// <summary>
/// What breaks between a watch and its server. Writes are counted for objects that live: for one that is deleted, the
/// collection of its child may be seen before its own end, and then the child is made once more and collected again.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class WatchFaultTests
{
    [Test]
    public async Task A_watch_cut_at_any_byte_loses_nothing_and_nothing_is_done_twice()
    {
        var watches = 0;
        await using var bench = await Bench.StartAsync(gadgets: 5);
        bench.Proxy.Plan = request => FaultProxy.IsWatch(request) ? new Fault { CutAfterBytes = Cut() } : Fault.None;
        bench.Proxy.CutAll();

        for (var round = 1; round <= 20; round++)
        {
            for (var i = 0; i < 5; i++)
            {
                await bench.ResizeAsync($"g{i}", (round * 100) + i);
            }
        }

        var took = await bench.SettledAsync(5);
        await bench.DeleteAsync("g0");
        await Eventually.That(() => !bench.Controller.Deleted.IsEmpty, "the delete is noticed");
        Report("watch cut at any byte", took);
        Assert.That(watches, Is.GreaterThan(10), "it was cut many times");
        Assert.That(bench.Controller.Deleted, Is.EqualTo(["g0"]));
        Assert.That(bench.Controller.Overlapped, Is.Empty);
        Assert.That(
            bench.Controller.ChildWrites.Count(n => n != "g0"),
            Is.LessThanOrEqualTo(4 * 21),
            "at most one per change"
        );
        Assert.That(bench.Controller.StatusWrites.Count(n => n != "g0"), Is.LessThanOrEqualTo(4 * 21));

        // Every second one long enough for some whole events: without any the backoff would grow, as it should.
        long Cut() => Interlocked.Increment(ref watches) is var n && n % 2 == 0 ? 1 + (n * 97 % 1900) : 2000 + (n * 97);
    }

    [Test]
    public async Task A_version_compacted_away_is_listed_anew_and_the_difference_contains_the_deletes()
    {
        await using var bench = await Bench.StartAsync(gadgets: 45);
        bench.Proxy.Plan = request =>
            FaultProxy.IsWatch(request) || FaultProxy.IsList(request) ? Fault.Refused : Fault.None;
        bench.Proxy.CutAll();
        await bench.DeleteAsync("g7");
        await bench.DeleteAsync("g8");
        await bench.ResizeAsync("g9", 900);
        await bench.CreateAsync(45, 1);

        var expired = 0;
        bench.Proxy.Plan = request =>
            FaultProxy.IsWatch(request) && Interlocked.Increment(ref expired) <= 2
                ? new Fault { Status = HttpStatusCode.Gone, Reason = "Expired" }
                : Fault.None;
        var took = await bench.SettledAsync(44);
        await Eventually.That(() => bench.Controller.Deleted.Count == 2, "both deletes are told");
        Report("410 after compaction", took);
        Assert.That(bench.Controller.Deleted, Is.EquivalentTo(["g7", "g8"]));
        Assert.That(
            bench.Controller.ChildWrites.Count(n => n is not ("g7" or "g8")),
            Is.EqualTo(43 + 2),
            "nothing was done again for what hadn't changed"
        );
    }

    [TestCase(HttpStatusCode.Gone, "Expired")]
    [TestCase(HttpStatusCode.GatewayTimeout, "Timeout")]
    [TestCase(HttpStatusCode.InternalServerError, "InternalError")]
    public async Task A_server_that_refuses_every_watch_is_not_asked_in_a_tight_loop(
        HttpStatusCode status,
        string reason
    )
    {
        var lines = new ScopedLines();
        await using var bench = await Bench.StartAsync(
            gadgets: 1,
            loggers: LoggerFactory.Create(l => l.AddProvider(lines))
        );
        var before = bench.Proxy.Requests.Count;
        bench.Proxy.Plan = request =>
            FaultProxy.IsWatch(request) ? new Fault { Status = status, Reason = reason } : Fault.None;
        bench.Proxy.CutAll();
        await Eventually.That(() => Pauses().Count >= 10, "it goes on trying");

        // Every attempt is at most a watch and a list, and all but the first of each of the two kinds follow a pause;
        // another one of each may be under way. Ten pauses are five of one kind: 50 ms doubled four times, ±20 %.
        var asked = bench.Proxy.Requests.Count - before;
        var pauses = Pauses();
        Assert.That(asked, Is.LessThanOrEqualTo(2 * (pauses.Count + 4)));
        Assert.That(pauses.Max(), Is.GreaterThan(TimeSpan.FromMilliseconds(600)));
        bench.Proxy.Plan = _ => Fault.None;
        await bench.ResizeAsync("g0", 77);
        await bench.SettledAsync(1);

        List<TimeSpan> Pauses() =>
            [
                .. lines
                    .All.Select(line => line.Text)
                    .Where(text => text.StartsWith("Trying again in ", StringComparison.Ordinal))
                    .Select(text => TimeSpan.Parse(text.Split(' ')[3].TrimEnd(':'), CultureInfo.InvariantCulture)),
            ];
    }

    [Test]
    public async Task One_object_that_can_not_be_read_stops_nobody_else_and_is_told_on_the_object()
    {
        // The CRD lets it through, the operator's type holds 32 bits.
        const string TooMuch = """{"spec":{"size":4000000000000}}""";
        await using var bench = await Bench.StartAsync(gadgets: 3);
        await bench.PatchAsync("g1", TooMuch);
        await bench.ResizeAsync("g2", 22);
        await bench.SettledAsync(2, keptUnread: 1);
        bench.Proxy.Plan = request =>
            FaultProxy.IsWatch(request) ? new Fault { Status = HttpStatusCode.Gone, Reason = "Expired" } : Fault.None;
        bench.Proxy.CutAll();
        await bench.ResizeAsync("g0", 33);
        await Eventually.That(() => bench.Cache.List().Any(g => g.Spec!.Size == 33), "a list goes past it too");
        bench.Proxy.Plan = _ => Fault.None;
        await bench.SettledAsync(2, keptUnread: 1);
        Assert.That(bench.Controller.Deleted, Is.Empty);
        Assert.That(bench.Host.Health.IsReady);
        await Eventually.ThatAsync(
            async () =>
                (await bench.ListAsync<Eventsv1Event>()).Any(e =>
                    e.Reason == "Unreadable" && e.Regarding.Name == "g1" && e.Note.Contains("spec.size")
                ),
            "an event stands on it"
        );

        await using (var restarted = await bench.JoinAsync(options => options))
        {
            await restarted.Host.Working.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.That(restarted.Cache.List().Select(g => g.Metadata.Name), Is.EquivalentTo(["g0", "g2"]));
        }

        await bench.PatchAsync("g1", """{"spec":{"size":5}}""");
        await bench.SettledAsync(3);
    }

    [Test]
    public async Task A_half_open_connection_is_noticed_by_its_silence()
    {
        var isDead = false;
        await using var bench = await Bench.StartAsync(
            options => options with { Caches = options.Caches with { IdleLimit = TimeSpan.FromSeconds(1) } },
            gadgets: 2
        );
        bench.Proxy.Plan = request =>
            FaultProxy.IsWatch(request) && !isDead ? new Fault { Swallow = () => isDead } : Fault.None;
        bench.Proxy.CutAll();
        await bench.ResizeAsync("g0", 10);
        await bench.SettledAsync(2);

        isDead = true;
        await bench.ResizeAsync("g1", 20);
        var took = await bench.SettledAsync(2);
        Report("half-open connection (idle limit 1 s)", took);
    }

    [Test]
    public async Task A_proxy_that_holds_watches_back_is_got_around_by_lists()
    {
        await using var bench = await Bench.StartAsync(
            options => options with { Caches = options.Caches with { IdleLimit = TimeSpan.FromSeconds(1) } },
            gadgets: 2
        );
        bench.Proxy.Plan = request => FaultProxy.IsWatch(request) ? new Fault { Swallow = () => true } : Fault.None;
        bench.Proxy.CutAll();
        await bench.ResizeAsync("g0", 10);
        await bench.DeleteAsync("g1");
        Report("watches held back (idle limit 1 s)", await bench.SettledAsync(1));
        await Eventually.That(() => !bench.Controller.Deleted.IsEmpty, "the delete is told");
    }

    [Test]
    public async Task A_server_that_never_answers_a_watch_shows_in_readiness()
    {
        await using var bench = await Bench.StartAsync(options =>
            options with
            {
                Caches = options.Caches with { StuckAfter = TimeSpan.FromSeconds(1) },
                Transport = options.Transport with { Timeout = TimeSpan.FromMilliseconds(300) },
            }
        );
        bench.Proxy.Plan = request =>
            FaultProxy.IsWatch(request) ? new Fault { Delay = TimeSpan.FromMinutes(10) } : Fault.None;
        bench.Proxy.CutAll();
        await Eventually.That(
            () =>
                bench.Host.Health is { IsReady: false } health
                && health.Problems.Any(p => p.Contains("watch") && p.Contains("no complete answer")),
            "readiness says so"
        );
        bench.Proxy.Plan = _ => Fault.None;
        await Eventually.That(() => bench.Host.Health.IsReady, "it is ready again");
    }

    [Test]
    public async Task Repeated_and_reordered_events_do_nothing_twice()
    {
        await using var bench = await Bench.StartAsync();
        var delay = 0;
        bench.Proxy.Plan = request =>
            FaultProxy.IsWatch(request)
                ? new Fault
                {
                    RepeatLines = true,
                    CutAfterBytes = 20_000,
                    Delay = TimeSpan.FromMilliseconds(Interlocked.Add(ref delay, 7) % 40),
                }
                : Fault.None;
        bench.Proxy.CutAll();
        await bench.CreateAsync(0, 40);
        for (var i = 0; i < 40; i++)
        {
            await bench.ResizeAsync($"g{i}", 1000 + i);
        }

        await bench.DeleteAsync("g39");
        await bench.SettledAsync(39);
        await Eventually.That(() => !bench.Controller.Deleted.IsEmpty, "the delete is told");
        Assert.That(bench.Controller.Deleted, Is.EqualTo(["g39"]));
        Assert.That(
            bench.Controller.ChildWrites.Count(n => n != "g39"),
            Is.LessThanOrEqualTo(78),
            "at most one per change"
        );
        Assert.That(bench.Controller.StatusWrites.Count(n => n != "g39"), Is.LessThanOrEqualTo(78));
        Assert.That(bench.Controller.Overlapped, Is.Empty);
    }

    [Test]
    public async Task A_slow_list_in_many_pages_misses_nothing_that_happens_meanwhile()
    {
        await using var bench = await Bench.StartAsync(gadgets: 100);
        bench.Proxy.Plan = request =>
            FaultProxy.IsWatch(request) ? new Fault { Status = HttpStatusCode.Gone, Reason = "Expired" }
            : FaultProxy.IsList(request) ? new Fault { Delay = TimeSpan.FromMilliseconds(100) }
            : Fault.None;
        bench.Proxy.CutAll();
        for (var i = 0; i < 20; i++)
        {
            await bench.ResizeAsync($"g{i * 5}", 5000 + i);
        }

        await bench.DeleteAsync("g99");
        bench.Proxy.Plan = request =>
            FaultProxy.IsList(request) ? new Fault { Delay = TimeSpan.FromMilliseconds(100) } : Fault.None;
        Report("slow list (5 pages of 100 ms)", await bench.SettledAsync(99));
        await Eventually.That(() => bench.Controller.Deleted.Count == 1, "the delete is told");
        Assert.That(bench.Controller.ChildWrites.Count(n => n != "g99"), Is.EqualTo(99 + 20));
    }

    private static void Report(string fault, TimeSpan took) =>
        TestContext.Out.WriteLine($"recovery: {fault}: {took.TotalMilliseconds:0} ms");
}
