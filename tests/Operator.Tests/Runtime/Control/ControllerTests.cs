using System.Collections.Concurrent;
using System.Diagnostics;
using GemmaOperator.Runtime;
using GemmaOperator.Runtime.Control;
using GemmaOperator.Tests.Clusters;
using GemmaOperator.Tests.Runtime.Gadgets;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace GemmaOperator.Tests.Runtime.Control;

/// <summary>What a controller may expect of its host, against an API server without faults.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ControllerTests
{
    private const string FinalizerName = Gadget.Domain + "/cleanup";

    [Test]
    public async Task A_finalizer_is_attached_run_until_it_is_done_and_taken_off()
    {
        await using var world = await World.StartAsync();
        var cleanup = new Cleanup();
        world.Build(_ => { }).WithFinalizer(FinalizerName, cleanup);
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        await Eventually.That(() => world.Cache.Get(world.Namespace, "a")?.Metadata.Finalizers?.Contains(FinalizerName) == true, "attached");

        await world.DeleteAsync("a");
        await Eventually.That(() => world.Deleted.Contains("a"), "gone at last");
        Assert.That(cleanup.Calls, Is.EqualTo(3), "two refusals, one success");
    }

    [Test]
    public async Task A_terminal_result_is_not_retried_until_something_changes()
    {
        await using var world = await World.StartAsync();
        var calls = 0;
        world.Build(gadget => Interlocked.Increment(ref calls) > 0 && gadget.Spec!.Size < 0
            ? ReconciliationResult<Gadget>.Terminal(gadget, "a size can't be negative")
            : ReconciliationResult<Gadget>.Success(gadget));
        await world.RunAsync();
        await world.CreateAsync("a", -1);
        await world.CreateAsync("b", 1);
        await Eventually.That(() => calls == 2, "each was looked at once");
        await world.CreateAsync("a", 2);
        await Eventually.That(() => calls == 3, "the change was looked at");
    }

    [Test]
    public async Task A_success_may_ask_to_come_back_and_a_failure_says_when()
    {
        await using var world = await World.StartAsync();
        var calls = 0;
        world.Build(gadget => Interlocked.Increment(ref calls) switch
        {
            1 => ReconciliationResult<Gadget>.Success(gadget, TimeSpan.FromMilliseconds(20)),
            2 => ReconciliationResult<Gadget>.Failure(gadget, "not yet", requeueAfter: TimeSpan.FromMilliseconds(20)),
            3 => ReconciliationResult<Gadget>.Failure(gadget, "not yet"),
            _ => ReconciliationResult<Gadget>.Success(gadget),
        });
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        await Eventually.That(() => calls == 4, "it came back three times");
    }

    [Test]
    public async Task A_status_of_our_own_needs_no_reconcile_where_the_predicate_says_so()
    {
        await using var world = await World.StartAsync();
        var calls = 0;
        world.Build(gadget =>
        {
            Interlocked.Increment(ref calls);
            return ReconciliationResult<Gadget>.Success(gadget);
        }).WithPredicate(Predicates.MoreThanStatus);
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        await Eventually.That(() => calls == 1, "it was looked at");

        await world.Cluster.Api.ApplyStatusAsync(
            new Gadget
            {
                Metadata = new V1ObjectMeta { NamespaceProperty = world.Namespace, Name = "a" },
                Status = new GadgetStatus(1, 1),
            },
            CancellationToken.None);
        await Eventually.That(() => world.Cache.Get(world.Namespace, "a")!.IsSettled, "the status has arrived");
        await world.CreateAsync("a", 2);
        await Eventually.That(() => calls >= 2, "the spec was looked at");
        Assert.That(calls, Is.EqualTo(2));
    }

    [Test]
    public async Task A_secret_that_changes_wakes_those_that_use_it_and_its_content_is_never_fetched()
    {
        await using var world = await World.StartAsync();
        var calls = 0;
        world.Build(gadget =>
        {
            Interlocked.Increment(ref calls);
            return ReconciliationResult<Gadget>.Success(gadget);
        }).WatchesMetadata<V1Secret>(secret => [new ObjectKey(secret.Metadata.NamespaceProperty, "a")]);
        var secrets = world.Host.MetadataCache<V1Secret>();
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        await Eventually.That(() => calls == 1, "it was looked at");

        await world.Cluster.Api.CreateAsync(
            new V1Secret
            {
                Metadata = new V1ObjectMeta { NamespaceProperty = world.Namespace, Name = "s" },
                StringData = new Dictionary<string, string> { ["password"] = "hunter2" },
            },
            CancellationToken.None);
        await Eventually.That(() => calls == 2, "the secret woke it");
        Assert.That(secrets.Get(world.Namespace, "s")!.Kind, Is.EqualTo("Secret"));
    }

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
            await world.Host.Events.PublishAsync(
                gadget, EventType.Warning, "TooLarge", "Measure", new string('ü', 2000), CancellationToken.None);
        }

        Eventsv1Event? written = null;
        await Eventually.ThatAsync(
            async () =>
            {
                var events = await world.Cluster.Api.ListAsync<Eventsv1Event>(
                    new ListQuery { Namespace = world.Namespace }, CancellationToken.None);
                written = events.Items.SingleOrDefault();
                return written?.Series?.Count == 2;
            },
            "one event with a series of two");
        Assert.That((written!.Reason, written.Type, written.Regarding.Name), Is.EqualTo(("TooLarge", "Warning", "a")));
    }

    [Test]
    public async Task The_caches_and_controllers_of_a_running_host_are_fixed()
    {
        await using var world = await World.StartAsync();
        world.Build(_ => { });
        await world.RunAsync();
        Assert.That(() => world.Host.Cache<V1Pod>(), Throws.InvalidOperationException);
    }

    private sealed class Cleanup : IEntityFinalizer<Gadget>
    {
        public int Calls;

        public Task<ReconciliationResult<Gadget>> FinalizeAsync(Gadget entity, CancellationToken cancellationToken) =>
            Task.FromResult(++Calls < 3
                ? ReconciliationResult<Gadget>.Failure(entity, "not yet")
                : ReconciliationResult<Gadget>.Success(entity));
    }

    [Test]
    public async Task A_reconcile_has_a_span_and_its_log_lines_name_the_object()
    {
        var spans = new ConcurrentQueue<Activity>();
        var lines = new ScopedLines();
        await using var world = await World.StartAsync(LoggerFactory.Create(l => l.AddProvider(lines)));
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Controller<Gadget>.ActivitySourceName,
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
        world.Build(gadget => Interlocked.Increment(ref calls) == 1
            ? ReconciliationResult<Gadget>.Failure(gadget, "not yet")
            : ReconciliationResult<Gadget>.Success(gadget));
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
            Assert.That(line.Scope["reconcileID"], Is.EqualTo(failed.GetTagItem("reconcile.id")), "a log line leads to its span");
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
            async () => Value(await world.ScrapeAsync(), "workqueue_longest_running_processor_seconds") > 0
                && Value(await world.ScrapeAsync(), "workqueue_unfinished_work_seconds") > 0,
            "it shows");
        gate.Release();
        await Eventually.ThatAsync(async () => Value(await world.ScrapeAsync(), "workqueue_longest_running_processor_seconds") == 0, "it is over");
    }

    private static double Value(string scraped, string metric) => double.Parse(
        scraped.Split('\n').First(l => l.StartsWith(metric + "{", StringComparison.Ordinal)).Split(' ')[1],
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Log lines with the scopes that were open.</summary>
    private sealed class ScopedLines : ILoggerProvider, ISupportExternalScope, ILogger
    {
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public ConcurrentQueue<(string Text, Dictionary<string, object?> Scope)> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => _scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scope = new Dictionary<string, object?>(StringComparer.Ordinal);
            _scopes.ForEachScope(
                (open, all) =>
                {
                    foreach (var (key, value) in open as IEnumerable<KeyValuePair<string, object?>> ?? [])
                    {
                        all[key] = value;
                    }
                },
                scope);
            All.Enqueue((formatter(state, exception), scope));
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }

    private sealed class World : IEntityController<Gadget>, IAsyncDisposable
    {
        private Func<Gadget, ReconciliationResult<Gadget>> _reconcile = gadget => ReconciliationResult<Gadget>.Success(gadget);

        private World(TestCluster cluster, ILoggerFactory loggers, CollectorRegistry metrics) => (Cluster, Registry, Host) = (cluster, metrics, new ControllerHost(
            new ControllerHostOptions { Configuration = cluster.Configuration, Namespace = cluster.Namespace },
            loggers,
            TimeProvider.System,
            metrics));

        public CollectorRegistry Registry { get; }

        public TestCluster Cluster { get; }

        public ControllerHost Host { get; }

        public string Namespace => Cluster.Namespace;

        public IIndexer<Gadget> Cache { get; private set; } = null!;

        public ConcurrentQueue<string> Deleted { get; } = new();

        public async Task<string> ScrapeAsync()
        {
            using var text = new MemoryStream();
            await Registry.CollectAndExportAsTextAsync(text);
            return System.Text.Encoding.UTF8.GetString(text.ToArray());
        }

        public static async Task<World> StartAsync(ILoggerFactory? loggers = null)
        {
            var cluster = await TestCluster.StartAsync();
            await cluster.InstallAsync(GadgetDefinition.Make());
            return new World(cluster, loggers ?? NullLoggerFactory.Instance, Metrics.NewCustomRegistry());
        }

        public ControllerBuilder<Gadget> Build(Action<Gadget> reconcile) => Build(gadget =>
        {
            reconcile(gadget);
            return ReconciliationResult<Gadget>.Success(gadget);
        });

        public ControllerBuilder<Gadget> Build(Func<Gadget, ReconciliationResult<Gadget>> reconcile)
        {
            _reconcile = reconcile;
            Cache = Host.Cache<Gadget>();
            return Host.For(this);
        }

        public async Task RunAsync()
        {
            await Host.StartAsync(CancellationToken.None);
            await Host.Working.WaitAsync(TimeSpan.FromSeconds(60));
        }

        public Task CreateAsync(string name, int size) =>
            Cluster.Api.ApplyAsync(Gadget.Of(Namespace, name, size), CancellationToken.None);

        public Task DeleteAsync(string name) => Cluster.Api.DeleteAsync<Gadget>(
            Namespace, name, DeletionPropagation.Background, preconditions: null, CancellationToken.None);

        public Task<ReconciliationResult<Gadget>> ReconcileAsync(Gadget entity, CancellationToken cancellationToken) =>
            Task.FromResult(_reconcile(entity));

        public Task<ReconciliationResult<Gadget>> DeletedAsync(Gadget entity, CancellationToken cancellationToken)
        {
            Deleted.Enqueue(entity.Metadata.Name);
            return Task.FromResult(ReconciliationResult<Gadget>.Success(entity));
        }

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await Cluster.DisposeAsync();
        }
    }
}
