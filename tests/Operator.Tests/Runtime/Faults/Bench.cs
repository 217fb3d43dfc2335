using System.Text.Json.Nodes;
using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Control;
using GemmaOperator.Runtime.Host;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Gadgets;
using Prometheus;

namespace Operator.Tests.Runtime.Faults;

/// <summary>A cluster, a proxy that does harm, and a host behind it that looks after gadgets.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private readonly bool _ownsCluster;
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();

    private Bench(
        TestCluster cluster,
        bool ownsCluster,
        FaultProxy proxy,
        TimeProvider time,
        ILoggerFactory loggers,
        Func<ControllerHostOptions, ControllerHostOptions> adapt
    )
    {
        (Cluster, _ownsCluster, Proxy) = (cluster, ownsCluster, proxy);
        var options = adapt(
            new ControllerHostOptions
            {
                Configuration = proxy.Configuration,
                Namespaces = [cluster.Namespace],
                Caches = new ReflectorOptions { PageSize = 20, IdleLimit = TimeSpan.FromSeconds(20) },
                Controllers = new ControllerOptions { Workers = 4 },
                ReportingController = "gadgets.test/operator",
                Transport = new KubeTransportOptions { FieldManager = "gadgets" },
            }
        );
        Host = new ControllerHost(options, loggers, time, _registry);
        Controller = new GadgetController(Host);
        Host.For(Controller, name: "gadgets").Owns<V1ConfigMap>(Gadget.Label);
        Cache = Host.Cache<Gadget>();
    }

    public TestCluster Cluster { get; }

    public FaultProxy Proxy { get; }

    public ControllerHost Host { get; }

    public GadgetController Controller { get; }

    public IIndexer<Gadget> Cache { get; }

    public static async Task<Bench> StartAsync(
        Func<ControllerHostOptions, ControllerHostOptions>? adapt = null,
        TimeProvider? time = null,
        int gadgets = 0,
        ILoggerFactory? loggers = null
    )
    {
        var cluster = await TestCluster.StartAsync();
        await cluster.InstallAsync(GadgetDefinition.Make());
        var proxy = await FaultProxy.StartAsync(cluster.Configuration);
        var bench = new Bench(
            cluster,
            ownsCluster: true,
            proxy,
            time ?? TimeProvider.System,
            loggers ?? NullLoggerFactory.Instance,
            adapt ?? (options => options)
        );
        await bench.CreateAsync(0, gadgets);
        await bench.Host.StartAsync(CancellationToken.None);
        await bench.Host.Working.WaitAsync(TimeSpan.FromSeconds(60));
        await bench.SettledAsync(gadgets);
        return bench;
    }

    /// <summary>
    /// Another replica beside this one, on the same cluster, behind a proxy of its own; it isn't awaited to work.
    /// </summary>
    public async Task<Bench> JoinAsync(Func<ControllerHostOptions, ControllerHostOptions> adapt)
    {
        var proxy = await FaultProxy.StartAsync(Cluster.Configuration);
        var other = new Bench(
            Cluster,
            ownsCluster: false,
            proxy,
            TimeProvider.System,
            NullLoggerFactory.Instance,
            adapt
        );
        await other.Host.StartAsync(CancellationToken.None);
        await Eventually.That(() => other.Host.Health.IsReady, "the standby is warm");
        return other;
    }

    /// <summary>A metric of the host; 0 when it has never been set.</summary>
    public async Task<double> MetricAsync(string name)
    {
        using var text = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(text, CancellationToken.None);
        return System
            .Text.Encoding.UTF8.GetString(text.ToArray())
            .Split('\n')
            .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture));
    }

    public async Task CreateAsync(int first, int count)
    {
        foreach (var i in Enumerable.Range(first, count))
        {
            await Cluster.Api.CreateAsync(Gadget.Of(Cluster.Namespace, $"g{i}", i), CancellationToken.None);
        }
    }

    public Task ResizeAsync(string name, int size) =>
        Cluster.Api.ApplyAsync(Gadget.Of(Cluster.Namespace, name, size), CancellationToken.None);

    public Task DeleteAsync(string name) =>
        Cluster.Api.DeleteAsync<Gadget>(Cluster.Namespace, name, preconditions: null, CancellationToken.None);

    public Task PatchAsync(string name, string mergePatch) =>
        Cluster.Api.PatchAsync<PartialObjectMetadata<Gadget>>(
            Cluster.Namespace,
            name,
            JsonNode.Parse(mergePatch)!.AsObject(),
            subresource: null,
            CancellationToken.None
        );

    /// <summary>
    /// Waits until the server itself holds exactly so many gadgets that can be read, all settled, each with its child,
    /// and the cache the same and those it has kept from before they couldn't be read.
    /// </summary>
    public Task<TimeSpan> SettledAsync(int gadgets, int keptUnread = 0) =>
        Eventually.ThatAsync(
            async () =>
            {
                if (Cache.List().Count(g => g.IsSettled) != gadgets + keptUnread)
                {
                    return false;
                }

                var all = await ListAsync<Gadget>();
                // A cluster with a controller manager puts a ConfigMap of its own into every namespace.
                var children = (await ListAsync<V1ConfigMap>()).ToDictionary(
                    c => c.Metadata.Name,
                    c => c.Data?.TryGetValue("size", out var size) == true ? size : null
                );
                return all.Count == gadgets
                    && all.All(g => g.IsSettled && children.GetValueOrDefault(g.Metadata.Name) == $"{g.Spec!.Size}");
            },
            $"{gadgets} gadgets are settled",
            () =>
                $"The cache has {Cache.List().Count} and of these not settled: "
                + $"{string.Join(", ", Cache.List().Where(g => !g.IsSettled).Take(5).Select(g => g.Metadata.Name))}. "
                + string.Join(", ", Host.Health.Problems)
        );

    public async Task<List<T>> ListAsync<T>()
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        [
            .. (
                await Cluster.Api.ListAsync<T>(new ListQuery { Namespace = Cluster.Namespace }, CancellationToken.None)
            ).Items,
        ];

    public async ValueTask DisposeAsync()
    {
        Proxy.Plan = _ => Fault.None;
        await Host.DisposeAsync();
        await Proxy.DisposeAsync();
        if (_ownsCluster)
        {
            await Cluster.DisposeAsync();
        }
    }
}
