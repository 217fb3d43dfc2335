using System.Collections.Concurrent;
using GemmaOperator.Runtime;
using GemmaOperator.Runtime.Control;
using GemmaOperator.Tests.Clusters;
using GemmaOperator.Tests.Runtime.Gadgets;
using k8s.Models;
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

    private sealed class World : IEntityController<Gadget>, IAsyncDisposable
    {
        private Func<Gadget, ReconciliationResult<Gadget>> _reconcile = gadget => ReconciliationResult<Gadget>.Success(gadget);

        private World(TestCluster cluster) => (Cluster, Host) = (cluster, new ControllerHost(
            new ControllerHostOptions { Configuration = cluster.Configuration, Namespace = cluster.Namespace },
            NullLoggerFactory.Instance,
            TimeProvider.System,
            Metrics.NewCustomRegistry()));

        public TestCluster Cluster { get; }

        public ControllerHost Host { get; }

        public string Namespace => Cluster.Namespace;

        public IIndexer<Gadget> Cache { get; private set; } = null!;

        public ConcurrentQueue<string> Deleted { get; } = new();

        public static async Task<World> StartAsync()
        {
            var cluster = await TestCluster.StartAsync();
            await cluster.InstallAsync(GadgetDefinition.Make());
            return new World(cluster);
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
