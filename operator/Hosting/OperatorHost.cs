using GemmaOperator.Dashboard;
using GemmaOperator.Egress;
using GemmaOperator.Hosting.Dashboards;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Identities;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Control;
using GemmaOperator.Runtime.Host;
using GemmaOperator.Runtime.Leadership;
using k8s;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace GemmaOperator.Hosting;

/// <summary>Puts the operator together: its connections, and what runs its parts.</summary>
internal sealed class OperatorHost : IAsyncDisposable
{
    /// <summary>Owns the fields that are applied, and names the lease.</summary>
    private const string Name = "gemma-operator";

    /// <summary>Names this operator in its Kubernetes events.</summary>
    private const string ReportingController = "gemmaoperator.io/gemma-operator";

    private readonly ControllerHost _host;
    private readonly HttpClient _http;
    private readonly EgressPolicy _egress;
    private readonly ClusterNetworkReader _networks;
    private readonly CloudIdentities _identities;
    private readonly CollectorRegistry _metrics;
    private readonly OperatorParts _parts;
    private readonly KubeClient? _readers;

    /// <exception cref="k8s.Exceptions.KubeConfigException">There is no usable kubeconfig.</exception>
    public OperatorHost(
        OperatorOptions options,
        Func<KubernetesClientConfiguration> configuration,
        ILoggerFactory loggers,
        TimeProvider time,
        CollectorRegistry metrics
    )
    {
        _metrics = metrics;
        _host = new ControllerHost(
            new ControllerHostOptions
            {
                Configuration = configuration,
                Namespaces = options.Namespaces,
                Controllers = new ControllerOptions
                {
                    Workers = options.Workers,
                    MostOfOneNamespace = options.Namespaces.Count == 1 ? null : options.WorkersOfOneNamespace,
                },
                Transport = TransportSettings.For(options, Name),
                ReportingController = ReportingController,
                LeaderElection = options.LeaderElect
                    ? new LeaderElectionOptions { Namespace = options.LeaseNamespace, Name = Name }
                    : null,
            },
            loggers,
            time,
            metrics
        );
        _egress = EgressSettings.For(options);
        _networks = EgressSettings.NetworksFor(options, _host.Api, time);
        var rules = new EgressRules(_egress) { Networks = _networks.GetAsync };
        _http = RegistryConnections.Client(rules, time, _host.EnsureMayWrite);
        _identities = CloudIdentities.Here(_http, time);
        _parts = new OperatorParts(_host, options, _http, _identities, _egress, time, metrics);
        if (options.Dashboard is not null)
        {
            // Of its own: a standby may read and ask, too, and a visitor takes nothing from the operator's limits.
            _readers = new KubeClient(
                configuration,
                new KubeTransportOptions { FieldManager = Name, UserAgent = "gemma-operator-dashboard" },
                time,
                loggers
            );
            Fleet = new OperatorFleet(_host, _readers.Api, options.Namespaces);
        }
    }

    /// <summary>Gets what the dashboard shows; null where there is none.</summary>
    public IFleet? Fleet { get; }

    public HostHealth Health
    {
        get
        {
            var health = _host.Health;
            return health with { Notes = [.. health.Notes, .. _parts.Defaults.Problems.Select(p => $"defaults: {p}")] };
        }
    }

    /// <summary>Completes when reconciling starts.</summary>
    public Task Working => _host.Working;

    /// <summary>Ends with the host; faults when it broke.</summary>
    public Task Completion => _host.Completion;

    public Task StartAsync(CancellationToken cancellationToken) => _host.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _host.StopAsync(cancellationToken);

    /// <summary>
    /// Gives memory back, once, as soon as the caches are complete: filling them leaves garbage behind that an idle
    /// process would keep. For a process that does nothing else.
    /// </summary>
    public async Task GiveBackAsync()
    {
        await _host.Filled;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>Returns all metrics, in Prometheus' text format.</summary>
    public async Task WriteMetricsAsync(Stream stream, CancellationToken cancellationToken)
    {
        await _metrics.CollectAndExportAsTextAsync(stream, cancellationToken);
        await _parts.Fleet.WriteAsync(stream, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _parts.Dispose();
        _readers?.Dispose();
        _identities.Dispose();
        _http.Dispose();
        _networks.Dispose();
    }
}
