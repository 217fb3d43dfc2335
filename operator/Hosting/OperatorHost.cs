using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Preflight;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Retention;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Builds.Queue;
using GemmaOperator.Builds.Reconcile;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Egress;
using GemmaOperator.Hub;
using GemmaOperator.Metrics;
using GemmaOperator.Owners;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Control;
using GemmaOperator.Runtime.Host;
using GemmaOperator.Runtime.Leadership;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace GemmaOperator.Hosting;

/// <summary>Puts the operator together: caches, the two reconcilers, and what they need.</summary>
internal sealed class OperatorHost : IAsyncDisposable
{
    /// <summary>What the operator made carries this label; nothing else is cached of built-in kinds.</summary>
    private const string Ours = $"{ApiGroup.ManagedByLabel}={ApiGroup.ManagedByValue}";

    /// <summary>Owns the fields that are applied, and names the lease.</summary>
    private const string Name = "gemma-operator";

    /// <summary>Names this operator in its Kubernetes events.</summary>
    private const string ReportingController = "gemmaoperator.io/gemma-operator";

    private const string ByConfigMap = "configMap";
    private const string BySecret = "secret";

    private readonly ControllerHost _host;
    private readonly HttpClient _http;
    private readonly EgressPolicy _egress;
    private readonly ClusterNetworkReader _networks;
    private readonly GoogleIdentity _google;
    private readonly CollectorRegistry _metrics;
    private readonly FleetMetrics _fleet;
    private BlobCopies? _copies;

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
        _google = new GoogleIdentity(_http, GoogleIdentity.DefaultServer, time);
        _fleet = Compose(options, time, metrics);
    }

    public HostHealth Health => _host.Health;

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
        await _fleet.WriteAsync(stream, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _copies?.Dispose();
        _google.Dispose();
        _http.Dispose();
        _networks.Dispose();
    }

    private FleetMetrics Compose(OperatorOptions options, TimeProvider time, CollectorRegistry metrics)
    {
        var secrets = new SecretReader(_host.MetadataCache<V1Secret>(), _host.Api);
        var tokens = new SecretKeyReader(_host.MetadataCache<V1Secret>(), _host.Api);
        var configMaps = new ConfigMapReader(_host.MetadataCache<V1ConfigMap>(), _host.Api);
        var access = RegistryAccess.Anonymous with
        {
            Mirrors = options.Mirrors,
            InsecureHosts = options.InsecureRegistries,
            Egress = _egress,
        };
        var policy = options.RepositoryPolicy.Sharing(options.ServerImage);
        var door = new RegistryClientFactory(_http, access, secrets, _google, time, policy);
        var status = new StatusWriter(_host.Api);
        var podEvents = new PodEventReader(_host.Api, _host.Loggers.CreateLogger<PodEventReader>());
        var announcer = new EventPublisher(_host.Events, _host.Loggers.CreateLogger<EventPublisher>(), time);
        var faults = new FaultReport(_host.Api, status, announcer, time, _host.Loggers.CreateLogger<FaultReport>());
        _host.Index<GemmaBaseImage>(ByConfigMap, image => ObjectLinks.KeysOf(image, NamedObjects.ConfigMaps));
        _host.Index<GemmaBaseImage>(BySecret, image => ObjectLinks.KeysOf(image, NamedObjects.Secrets));
        _host.Index<GemmaBaseImage>(RepositoryLookup.ByRepository, NamedRepositories.Keys);
        _host.Index<GemmaBuild>(BySecret, ObjectLinks.SecretsOf);
        _host.Cache<V1Pod>(Ours);
        _host.Keep<V1Pod>(PodCacheTrimming.Of);
        _host.Keep<GemmaBuild>(BuildCacheTrimming.Of);
        _host.Index<V1Pod>(ImageGatherer.PodsByImage, ObjectLinks.ServedImage);
        _host.Cache<V1PersistentVolumeClaim>(Ours);
        _host.Index<V1PersistentVolumeClaim>(
            WeightsReader.ClaimsByImage,
            claim => ObjectLinks.ModelOf(claim).Select(key => ImageGatherer.PodKey(key.Namespace!, key.Name))
        );

        var images = _host.Cache<GemmaBaseImage>();
        _host
            .For(
                new GemmaBaseImageReconciler(
                    new ImageGatherer(
                        _host.Api,
                        new RepositoryOwners(
                            images,
                            policy,
                            options.InsecureRegistries,
                            _host.Loggers.CreateLogger<RepositoryOwners>()
                        ),
                        _host.Cache<GemmaBuild>(),
                        _host.Cache<V1Deployment>(Ours),
                        _host.Cache<V1Service>(Ours),
                        _host.Cache<V1PodDisruptionBudget>(Ours),
                        _host.Cache<V1Pod>(Ours),
                        _host.Cache<V1Job>(Ours),
                        new BuildRequestReader(
                            configMaps,
                            secrets,
                            tokens,
                            options.ServerImage,
                            canScan: options.OperatorImage.Length > 0,
                            options.ExecutorImage,
                            options.Tenants
                        ),
                        new PreflightReader(
                            _host.Api,
                            new ServerImageReader(door, time),
                            new RepositoryReader(door, time)
                        ),
                        podEvents,
                        new WeightsReader(
                            _host.Api,
                            _host.Cache<V1PersistentVolumeClaim>(Ours),
                            podEvents,
                            () => ImageVolumes.AreMounted(_host.ServerMinor),
                            options.InsecureRegistries
                        ),
                        options.Hub,
                        time
                    ),
                    new ImageEffects(
                        _host.Api,
                        new UpstreamBaseResolver(door, time),
                        new ModelResolver(new HubClient(_http, options.Hub, time, _egress), door, tokens, time),
                        new ImageDisposer(door, _host.Cache<GemmaBuild>(), images),
                        new ModelEffects(_host.Api),
                        status
                    ),
                    status,
                    announcer,
                    faults,
                    _host.Loggers.CreateLogger<GemmaBaseImageReconciler>()
                )
            )
            .WithPredicate((before, after) => IsNews(status, before, after))
            .Owns<GemmaBuild>()
            .Watches<GemmaBaseImage>(image => RepositoryLookup.Rivals(image, images))
            .Owns<V1Deployment>(Ours)
            .Owns<V1Service>(Ours)
            .Owns<V1PodDisruptionBudget>(Ours)
            .Owns<V1Job>(Ours)
            .Watches<V1PersistentVolumeClaim>(ObjectLinks.ModelOf, Ours)
            .Watches<V1Pod>(
                pod =>
                    ObjectLinks
                        .ServedImage(pod)
                        .Select(_ => new ObjectKey(
                            pod.Metadata.NamespaceProperty,
                            pod.Metadata.Labels[ApiGroup.ImageLabel]
                        )),
                Ours
            )
            .WatchesMetadata<V1ConfigMap>(map => ObjectLinks.Naming(images, ByConfigMap, map))
            .WatchesMetadata<V1Secret>(secret => ObjectLinks.Naming(images, BySecret, secret));

        var slots = new BuildSlots(options.MaxBuilds, _host.Cache<V1Job>(Ours), time, options.MaxBuildsOfOneNamespace);
        _host.OnTerm(slots.Reset);
        _host.OnTerm(status.Reset);
        var tools = new StepTools(_host.Api, door, secrets, BuildOptionsOf(options), time);
        _copies = tools.Copies;
        _host.OnTerm(tools.Copies.Reset);
        var builds = _host.Cache<GemmaBuild>();
        var fleet = new FleetMetrics(images, builds, () => slots.Count, () => _host.IsWorking, metrics);
        _host
            .For(
                new GemmaBuildReconciler(
                    new BuildGatherer(
                        _host.Cache<V1Job>(Ours),
                        _host.Cache<V1Pod>(Ours),
                        builds,
                        new BuildOwners(images, _host.Api, policy),
                        secrets,
                        podEvents,
                        new PodLogReader(_host.Api, _host.Loggers.CreateLogger<PodLogReader>()),
                        new JobPodReader(_host.Api),
                        time
                    ),
                    slots,
                    tools,
                    status,
                    announcer,
                    faults,
                    fleet,
                    _host.Loggers.CreateLogger<GemmaBuildReconciler>()
                )
            )
            .WithPredicate((before, after) => IsNews(status, before, after))
            .Owns<V1Job>(Ours)
            .Watches<V1Pod>(ObjectLinks.BuildOf, Ours)
            .WatchesMetadata<V1Secret>(secret => ObjectLinks.WithStuckTags(builds, BySecret, secret))
            .Watches<GemmaBuild>(_ => slots.Next());
        return fleet;
    }

    private static BuildOptions BuildOptionsOf(OperatorOptions options) =>
        new()
        {
            Mirrors = options.Mirrors,
            InsecureHosts = [.. options.InsecureRegistries],
            OperatorImage = options.OperatorImage,
            TokenRealms = options.TokenRealms,
        };

    /// <summary>
    /// What a reconcile leads to after its own status write it asks for itself; what others do to a status is repaired.
    /// </summary>
    private static bool IsNews<T>(StatusWriter status, T before, T after)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        Predicates.MoreThanStatus(before, after) || !status.HasWritten(after);
}
