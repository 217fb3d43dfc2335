using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Control;
using GemmaOperator.Runtime.Events;
using GemmaOperator.Runtime.Leadership;
using GemmaOperator.Runtime.Metrics;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace GemmaOperator.Runtime.Host;

/// <summary>
/// Runs controllers against one cluster. First declare caches and controllers, then start:
/// <code>
/// await using var host = new ControllerHost(options, loggers, TimeProvider.System, registry);
/// host.Index&lt;Widget&gt;("configMap", widget => [widget.Spec.ConfigMap]);
/// host.For(new WidgetController(host.Api, host.Events, host.Cache&lt;V1Job&gt;("app=widgets")))
///     .Owns&lt;V1Job&gt;("app=widgets")
///     .WatchesMetadata&lt;V1ConfigMap&gt;(map => …)
///     .WithPredicate(Predicates.MoreThanStatus);
/// await host.StartAsync(cancellationToken);
/// </code>
/// Each kind is cached once, with one label selector. Caches fill on every replica; controllers work on the leader.
/// </summary>
public sealed partial class ControllerHost : IControllerHost, IHostedService, IAsyncDisposable
{
    private readonly ControllerHostOptions _options;
    private readonly ILogger<ControllerHost> _logger;
    private readonly KubeConnection _connection;
    private readonly AnswerSignal _answers;
    private readonly KubeTransport _transport;
    private readonly EventRecorder _events;
    private readonly ServerVersion _version;
    private readonly LeaderElector? _elector;
    private readonly InformerSet _informers;
    private readonly NamespaceGate _namespaces;
    private readonly List<IController> _controllers = [];
    private readonly List<WriteLedger> _ledgers = [];
    private readonly List<IDisposable> _disposables = [];
    private readonly List<Action> _begins = [];
    private readonly CancellationTokenSource _taking = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _stoppingEvents = new();
    private readonly TaskCompletionSource _filled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _working = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _run = Task.CompletedTask;
    private Task _eventsRun = Task.CompletedTask;
    private bool _started;
    private volatile bool _isWorking;

    /// <exception cref="k8s.Exceptions.KubeConfigException">The configuration is missing or broken.</exception>
    public ControllerHost(
        ControllerHostOptions options,
        ILoggerFactory loggers,
        TimeProvider time,
        CollectorRegistry registry
    )
    {
        (_options, Loggers, Time) = (options, loggers, time);
        _logger = loggers.CreateLogger<ControllerHost>();
        Metrics = new RuntimeMetrics(registry);
        _connection = new KubeConnection(options.Configuration, time);
        _answers = new AnswerSignal(Metrics, time);
        _transport = new KubeTransport(
            _connection,
            options.Transport,
            _answers,
            time,
            loggers.CreateLogger<KubeTransport>()
        );
        var unfenced = new KubeApi(_transport, options.Transport, fence: null, log: null, time);
        _version = new ServerVersion(
            _transport,
            options.Transport.Timeout,
            time,
            loggers.CreateLogger<ServerVersion>()
        );
        var instance = options.LeaderElection?.Identity ?? Environment.MachineName;
        _events = new EventRecorder(
            unfenced,
            options.ReportingController,
            instance,
            time,
            loggers.CreateLogger<EventRecorder>()
        );
        if (options.LeaderElection is { } election)
        {
            _elector = new LeaderElector(
                new LeaseClient(Unlimited(options, loggers), election, time),
                election,
                leads => Metrics.Leads(election.Name, leads),
                options.Exit,
                time,
                loggers.CreateLogger<LeaderElector>()
            );
        }

        _informers = new InformerSet(unfenced, _transport, options, Metrics, TellIfWorking, _answers, time, loggers);
        _namespaces = new NamespaceGate(options.Namespaces, () => _informers.All, _logger);
        _namespaces.OnOpen(ns => _controllers.ForEach(c => c.Wake(ns)));
        Api = new KubeApi(_transport, options.Transport, _elector, new WriteScope(), time);
    }

    /// <summary>
    /// Gets the API for controllers: writes need the lease, and each reconcile's writes are waited for before its next.
    /// </summary>
    public IKubeApi Api { get; }

    /// <summary>Gets the writer of Kubernetes events.</summary>
    public IEventRecorder Events => _events;

    internal RuntimeMetrics Metrics { get; }

    /// <summary>Gets the time that all of it runs by.</summary>
    public TimeProvider Time { get; }

    /// <summary>Gets what all of it logs to.</summary>
    public ILoggerFactory Loggers { get; }

    /// <summary>Gets the API server's minor version; null while it hasn't answered, or when it doesn't say.</summary>
    public int? ServerMinor => _version.Minor;

    /// <summary>Gets a task that completes when all caches are complete, on a standby too.</summary>
    public Task Filled => _filled.Task;

    /// <summary>
    /// Gets a task that completes when this process starts to work: caches are complete, and it leads.
    /// </summary>
    public Task Working => _working.Task;

    /// <summary>Gets whether it works now: false again on a leader that has lost its lease.</summary>
    public bool IsWorking => _isWorking;

    /// <summary>
    /// Asks whether this process may still write, in places that the API server knows nothing of: those of a lost term
    /// are another's by now.
    /// </summary>
    /// <exception cref="LeadershipLostException">It may not (any more).</exception>
    public void EnsureMayWrite() => _elector?.EnsureOpen();

    /// <summary>Gets a task that ends with the host, and faults when a loop broke that never should.</summary>
    public Task Completion => _run;

    /// <summary>Gets the answers to the probes, of this moment.</summary>
    public HostHealth Health
    {
        get
        {
            List<string> notReady =
            [
                .. _version.Problem is { } problem ? [problem] : Array.Empty<string>(),
                .. _elector?.Problem is { } lease ? [lease] : Array.Empty<string>(),
                .. _informers.All.SelectMany(i => i.Health).Where(IsProblem).Select(Describe),
            ];
            List<string> notLive =
            [
                .. _controllers.Select(c => c.Trouble()).OfType<string>(),
                .. _run.IsFaulted ? [_run.Exception!.InnerException!.Message] : Array.Empty<string>(),
            ];
            return new(_started && notReady.Count == 0, notLive.Count == 0, [.. notReady, .. notLive])
            {
                Notes = [.. _namespaces.Refused.Select(r => $"namespace {r.Key} can't be read: {r.Value}")],
            };
        }
    }

    /// <summary>Gets the namespaces, of several that are watched, that the API server refuses to show.</summary>
    public IReadOnlyList<string> RefusedNamespaces => [.. _namespaces.Refused.Select(r => r.Key)];

    /// <summary>Gets the cache of a kind, which is made if nobody asked for it before.</summary>
    public IIndexer<T> Cache<T>(string? labelSelector = null)
        where T : class, IKubernetesObject<V1ObjectMeta> => _informers.Get<T>(labelSelector).Cache;

    /// <summary>Gets a cache of metadata alone.</summary>
    public IIndexer<PartialObjectMetadata<T>> MetadataCache<T>(string? labelSelector = null)
        where T : class, IKubernetesObject<V1ObjectMeta> => Cache<PartialObjectMetadata<T>>(labelSelector);

    /// <summary>Adds an index to a kind's cache, for <see cref="IIndexer{T}.ByIndex"/>.</summary>
    public void Index<T>(string name, Func<T, IEnumerable<string>> valuesOf)
        where T : class, IKubernetesObject<V1ObjectMeta> => _informers.Get<T>().Cache.AddIndex(name, valuesOf);

    /// <summary>
    /// Reduces a kind's objects to what is kept of them in the cache, where that is much less than they are.
    /// </summary>
    public void Keep<T>(Func<T, T> partOf)
        where T : class, IKubernetesObject<V1ObjectMeta> => _informers.Get<T>().Cache.Keep(partOf);

    /// <summary>
    /// Calls this for every change of a kind's cache, with the object as it is, or was last. It is called where the
    /// cache is filled, and must be quick.
    /// </summary>
    public void OnChange<T>(Action<T> changed)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        _informers.Get<T>().Subscribe(change => changed((change.New ?? change.Old)!));

    /// <summary>Adds a controller; its name, for logs and metrics, defaults to the kind in lower case.</summary>
    public IControllerBuilder<TEntity> For<TEntity>(
        IEntityController<TEntity> controller,
        ControllerOptions? options = null,
        string? name = null
    )
        where TEntity : class, IKubernetesObject<V1ObjectMeta>
    {
        var builder = new ControllerBuilder<TEntity>(
            controller,
            name ?? KubeResource.Of<TEntity>().Kind.ToLowerInvariant(),
            options ?? _options.Controllers,
            _informers,
            _namespaces.IsOpen,
            Metrics,
            Time,
            Loggers
        );
        _controllers.Add(builder.Controller);
        _ledgers.Add(builder.Ledger);
        _disposables.Add(builder.Queue);
        return builder;
    }

    /// <summary>
    /// Calls this whenever a term begins, before any reconcile of it: what was known of the last one may be long past.
    /// </summary>
    public void OnTerm(Action begin) => _begins.Add(begin);

    /// <summary>Makes the API for the lease alone: a client-side limit must not make a busy leader lose it.</summary>
    private KubeApi Unlimited(ControllerHostOptions options, ILoggerFactory loggers)
    {
        var free = options.Transport with { RequestsPerSecond = null };
        return new KubeApi(
            new KubeTransport(_connection, free, _answers, Time, loggers.CreateLogger<KubeTransport>()),
            free,
            fence: null,
            log: null,
            Time
        );
    }

    /// <summary>
    /// Starts to fill caches, to elect and to work, and returns at once. Nothing can be declared any more.
    /// </summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _started = true;
        _informers.Close();
        _eventsRun = Task.Run(() => _events.RunAsync(_stoppingEvents.Token), CancellationToken.None);
        _run = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Lets running reconciles finish, within bounds, gives up the lease and stops the caches.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _taking.CancelAsync();
        // The extra time is for cancelled work to end and for the lease to be released.
        await using var last = CancelAfter(_stopping, _options.DrainTimeout + TimeSpan.FromSeconds(5));
        await _run.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopping.CancelAsync();
        _events.Complete();
        await using var lastForEvents = CancelAfter(_stoppingEvents, TimeSpan.FromSeconds(2));
        await _eventsRun.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private System.Threading.ITimer CancelAfter(CancellationTokenSource source, TimeSpan delay) =>
        Time.CreateTimer(
            static state => ((CancellationTokenSource)state!).Cancel(),
            source,
            delay,
            Timeout.InfiniteTimeSpan
        );

    /// <summary>Stops, if it was started, and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_started)
        {
            await StopAsync(CancellationToken.None);
        }

        _disposables.ForEach(d => d.Dispose());
        _connection.Dispose();
        _taking.Dispose();
        _stopping.Dispose();
        _stoppingEvents.Dispose();
    }
}
