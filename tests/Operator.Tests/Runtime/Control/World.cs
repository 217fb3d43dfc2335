using System.Collections.Concurrent;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Host;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Gadgets;
using Prometheus;

namespace Operator.Tests.Runtime.Control;

/// <summary>A cluster without faults, and a host whose controller does what the test says.</summary>
internal sealed class World : IEntityController<Gadget>, IAsyncDisposable
{
    private Func<Gadget, Task<ReconciliationResult<Gadget>>> _reconcile = gadget =>
        Task.FromResult(ReconciliationResult<Gadget>.Success(gadget));

    private World(TestCluster cluster, ILoggerFactory loggers, CollectorRegistry metrics) =>
        (Cluster, Registry, Host) = (
            cluster,
            metrics,
            new ControllerHost(
                new ControllerHostOptions
                {
                    Configuration = cluster.Configuration,
                    Namespaces = [cluster.Namespace],
                    ReportingController = "gadgets.test/operator",
                    Transport = new KubeTransportOptions { FieldManager = "gadgets" },
                },
                loggers,
                TimeProvider.System,
                metrics
            )
        );

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
        return new World(cluster, loggers ?? NullLoggerFactory.Instance, Prometheus.Metrics.NewCustomRegistry());
    }

    public IControllerBuilder<Gadget> Build(Action<Gadget> reconcile) =>
        Build(gadget =>
        {
            reconcile(gadget);
            return ReconciliationResult<Gadget>.Success(gadget);
        });

    public IControllerBuilder<Gadget> Build(Func<Gadget, ReconciliationResult<Gadget>> reconcile) =>
        BuildAsync(gadget => Task.FromResult(reconcile(gadget)));

    public IControllerBuilder<Gadget> BuildAsync(Func<Gadget, Task<ReconciliationResult<Gadget>>> reconcile)
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

    public Task DeleteAsync(string name) =>
        Cluster.Api.DeleteAsync<Gadget>(Namespace, name, preconditions: null, CancellationToken.None);

    public Task<ReconciliationResult<Gadget>> ReconcileAsync(Gadget entity, CancellationToken cancellationToken) =>
        _reconcile(entity);

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
