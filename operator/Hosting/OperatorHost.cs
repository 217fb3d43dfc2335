using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Retention;
using GemmaOperator.BaseImages.Serving.Workloads;
using GemmaOperator.Builds.Queue;
using GemmaOperator.Builds.Reconcile;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Cluster;
using GemmaOperator.Metrics;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Control;
using GemmaOperator.Runtime.Host;
using GemmaOperator.Runtime.Leadership;
using Microsoft.Extensions.Logging;
using Prometheus;
using k8s;
using k8s.Models;

namespace GemmaOperator.Hosting;

/// <summary>The operator, put together: caches, the two reconcilers, and what they need.</summary>
internal sealed class OperatorHost : IAsyncDisposable
{
    /// <summary>What the operator made carries this label; nothing else is cached of built-in kinds.</summary>
    private const string Ours = $"{ApiGroup.ManagedByLabel}={ApiGroup.ManagedByValue}";

    private const string ByConfigMap = "configMap";
    private const string BySecret = "secret";

    private readonly ControllerHost host;
    private readonly HttpClient http;
    private readonly GoogleIdentity google;
    private readonly CollectorRegistry metrics;
    private readonly FleetMetrics fleet;

    /// <exception cref="k8s.Exceptions.KubeConfigException">There is no usable kubeconfig.</exception>
    public OperatorHost(
        OperatorOptions options, Func<KubernetesClientConfiguration> configuration, ILoggerFactory loggers, TimeProvider time, CollectorRegistry metrics)
    {
        this.metrics = metrics;
        http = new HttpClient(new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(10),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        google = new GoogleIdentity(http, GoogleIdentity.DefaultServer, time);
        host = new ControllerHost(
            new ControllerHostOptions
            {
                Configuration = configuration,
                Namespace = options.Namespace,
                Controllers = new ControllerOptions { Workers = options.Workers },
                Transport = options.ApiRequestsPerSecond is { } perSecond
                    ? new KubeTransportOptions { RequestsPerSecond = perSecond, Burst = (int)Math.Ceiling(perSecond) }
                    : new KubeTransportOptions(),
                LeaderElection = options.LeaderElect
                    ? new LeaderElectionOptions { Namespace = options.LeaseNamespace, Name = "gemma-operator" }
                    : null,
            },
            loggers,
            time,
            metrics);
        fleet = Compose(options, time, metrics);
    }

    public HostHealth Health => host.Health;

    /// <summary>Completes when reconciling starts.</summary>
    public Task Working => host.Working;

    /// <summary>Ends with the host; faults when it broke.</summary>
    public Task Completion => host.Completion;

    public Task StartAsync(CancellationToken cancellationToken) => host.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => host.StopAsync(cancellationToken);

    /// <summary>
    /// Gives memory back, once, as soon as the caches are complete: filling them leaves garbage behind that an idle
    /// process would keep. For a process that does nothing else.
    /// </summary>
    public async Task GiveBackAsync()
    {
        await host.Filled;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>All metrics, in Prometheus' text format.</summary>
    public async Task WriteMetricsAsync(Stream stream, CancellationToken cancellationToken)
    {
        await metrics.CollectAndExportAsTextAsync(stream, cancellationToken);
        await fleet.WriteAsync(stream, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        google.Dispose();
        http.Dispose();
    }

    private FleetMetrics Compose(OperatorOptions options, TimeProvider time, CollectorRegistry metrics)
    {
        var secrets = new SecretReader(host.MetadataCache<V1Secret>(), host.Api);
        var configMaps = new ConfigMapReader(host.MetadataCache<V1ConfigMap>(), host.Api);
        var access = RegistryAccess.Anonymous with { Mirrors = options.Mirrors, InsecureHosts = options.InsecureRegistries };
        var door = new RegistryClientFactory(http, access, secrets, google, time);
        var status = new StatusWriter(host.Api);
        var podEvents = new PodEventReader(host.Api, host.Loggers.CreateLogger<PodEventReader>());
        var announcer = new EventPublisher(host.Events);
        host.Index<GemmaBaseImage>(ByConfigMap, ConfigMapsOf);
        host.Index<GemmaBaseImage>(BySecret, SecretsOf);
        host.Index<GemmaBaseImage>(ImageGatherer.ByRepository, OutputRepositories.Of);
        host.Cache<V1Pod>(Ours);
        host.Keep<V1Pod>(PodCacheTrimming.Of);
        host.Keep<GemmaBuild>(BuildCacheTrimming.Of);
        host.Index<V1Pod>(ImageGatherer.PodsByImage, ServedImage);

        var images = host.Cache<GemmaBaseImage>();
        host.For(new GemmaBaseImageReconciler(
                new ImageGatherer(
                    host.Api,
                    images,
                    host.Cache<GemmaBuild>(),
                    host.Cache<V1Deployment>(Ours),
                    host.Cache<V1Service>(Ours),
                    host.Cache<V1PodDisruptionBudget>(Ours),
                    host.Cache<V1Pod>(Ours),
                    host.Cache<V1Job>(Ours),
                    new BuildRequestReader(configMaps, secrets, options.ServerImage, canScan: options.OperatorImage.Length > 0),
                    podEvents,
                    time),
                new ImageEffects(host.Api, new BaseResolver(door, time), new ImageDisposer(door, host.Cache<GemmaBuild>(), images)),
                status,
                announcer))
            .Owns<GemmaBuild>()
            .Watches<GemmaBaseImage>(image => OutputRepositories.Of(image).SelectMany(r => images.ByIndex(ImageGatherer.ByRepository, r))
                .Where(other => other.Metadata.Uid != image.Metadata.Uid).Select(ObjectKey.Of))
            .Owns<V1Deployment>(Ours)
            .Owns<V1Service>(Ours)
            .Owns<V1PodDisruptionBudget>(Ours)
            .Owns<V1Job>(Ours)
            .Watches<V1Pod>(pod => ServedImage(pod).Select(_ => new ObjectKey(pod.Metadata.NamespaceProperty, pod.Metadata.Labels[ApiGroup.ImageLabel])), Ours)
            .WatchesMetadata<V1ConfigMap>(map => Naming(images, ByConfigMap, map))
            .WatchesMetadata<V1Secret>(secret => Naming(images, BySecret, secret));

        var slots = new BuildSlots(options.MaxBuilds, host.Cache<V1Job>(Ours), time);
        host.OnTerm(slots.Reset);
        var fleet = new FleetMetrics(images, host.Cache<GemmaBuild>(), slots, () => host.IsWorking, metrics);
        host.For(new GemmaBuildReconciler(
                new BuildGatherer(host.Cache<V1Job>(Ours), host.Cache<V1Pod>(Ours), podEvents, new PodLogReader(host.Api, host.Loggers.CreateLogger<PodLogReader>()), time),
                slots,
                new BuildEffects(host.Api, door, secrets, KanikoOptionsOf(options), options.OperatorImage, time),
                status,
                announcer,
                fleet))
            .Owns<V1Job>(Ours)
            .Watches<V1Pod>(BuildOf, Ours)
            .Watches<GemmaBuild>(_ => slots.Next());
        return fleet;
    }

    private static KanikoOptions KanikoOptionsOf(OperatorOptions options) => new()
    {
        Mirrors = options.Mirrors,
        InsecureHosts = [.. options.InsecureRegistries],
    };

    private static IEnumerable<ObjectKey> Naming(IIndexer<GemmaBaseImage> images, string index, IKubernetesObject<V1ObjectMeta> named) =>
        images.ByIndex(index, $"{named.Metadata.NamespaceProperty}/{named.Metadata.Name}").Select(ObjectKey.Of);

    private static IEnumerable<string> ConfigMapsOf(GemmaBaseImage image) =>
        new[] { image.Spec?.Requirements?.ConfigMapRef?.Name, image.Spec?.Dockerfile?.ConfigMapRef?.Name }
            .Where(name => !string.IsNullOrEmpty(name))
            .Select(name => $"{image.Metadata.NamespaceProperty}/{name}");

    private static IEnumerable<string> SecretsOf(GemmaBaseImage image) =>
        new[] { image.Spec?.Base.PullSecretRef?.Name, image.Spec?.Output.Credentials.SecretRef?.Name }
            .Where(name => !string.IsNullOrEmpty(name))
            .Select(name => $"{image.Metadata.NamespaceProperty}/{name}");

    /// <summary>Pods of the server, and those that ask it, carry the image's label and no build's.</summary>
    private static IEnumerable<string> ServedImage(V1Pod pod) =>
        pod.Metadata.Labels is { } labels && !labels.ContainsKey(ApiGroup.BuildLabel) && labels.TryGetValue(ApiGroup.ImageLabel, out var image)
            && labels.ContainsKey(WorkloadMetadata.NameLabel)
            ? [ImageGatherer.PodKey(pod.Metadata.NamespaceProperty, image)]
            : [];

    private static IEnumerable<ObjectKey> BuildOf(V1Pod pod) =>
        pod.Metadata.Labels is { } labels && labels.TryGetValue(ApiGroup.BuildLabel, out var build)
            ? [new ObjectKey(pod.Metadata.NamespaceProperty, build)]
            : [];
}
