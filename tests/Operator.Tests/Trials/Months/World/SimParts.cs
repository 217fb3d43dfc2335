using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
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
using GemmaOperator.Hub;
using GemmaOperator.Metrics;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Operator.Tests.Trials.Months.World;

/// <summary>Puts the product's two reconcilers together over a simulated world, as its host does.</summary>
internal sealed class SimParts : IEventRecorder, IDisposable
{
    private readonly SimCaches _caches;
    private readonly HttpClient _http;
    private readonly GoogleIdentity _google;
    private readonly StepTools _tools;
    private readonly GemmaBaseImageReconciler _images;
    private readonly GemmaBuildReconciler _builds;

    public SimParts(
        SimApi api,
        SimCaches caches,
        HttpClient http,
        StatusWriter status,
        BuildSlots slots,
        TimeProvider time
    )
    {
        (_caches, _http) = (caches, http);
        _google = new GoogleIdentity(http, GoogleIdentity.DefaultServer, time);
        // No object names a Secret or a ConfigMap.
        var maps = new ObjectCache<PartialObjectMetadata<V1ConfigMap>>();
        var names = new ObjectCache<PartialObjectMetadata<V1Secret>>();
        var (secrets, tokens) = (new SecretReader(names, api), new SecretKeyReader(names, api));
        var mirrors = RegistryMirrors.TryParse([$"docker.io={SimRegistry.Host}/hub"], out var read, out var error)
            ? read
            : throw new FormatException(error);
        var access = RegistryAccess.Anonymous with { Mirrors = mirrors, InsecureHosts = [SimRegistry.Host] };
        var door = new RegistryClientFactory(http, access, secrets, _google, time);
        var podEvents = new PodEventReader(api, NullLogger<PodEventReader>.Instance);
        var announcer = new EventPublisher(this);
        var faults = new FaultReport(api, status, announcer, time, NullLogger<FaultReport>.Instance);
        _images = new GemmaBaseImageReconciler(
            new ImageGatherer(
                api,
                caches.Images,
                caches.Builds,
                caches.Deployments,
                caches.Services,
                caches.Budgets,
                caches.Pods,
                caches.Jobs,
                new BuildRequestReader(new ConfigMapReader(maps, api), secrets, tokens, "", canScan: false),
                new PreflightReader(api, new ServerImageReader(door, time), new RepositoryReader(door, time)),
                podEvents,
                new WeightsReader(api, new ObjectCache<V1PersistentVolumeClaim>(), podEvents, () => true, []),
                HubEndpoint.Default,
                time
            ),
            new ImageEffects(
                api,
                new UpstreamBaseResolver(door, time),
                new ModelResolver(new HubClient(http, HubEndpoint.Default, time), door, tokens, time),
                new ImageDisposer(door, caches.Builds, caches.Images),
                new ModelEffects(api)
            ),
            status,
            announcer,
            faults,
            NullLogger<GemmaBaseImageReconciler>.Instance
        );
        var options = new BuildOptions { Mirrors = mirrors, InsecureHosts = [SimRegistry.Host] };
        _tools = new StepTools(api, door, secrets, options, time);
        _builds = new GemmaBuildReconciler(
            new BuildGatherer(
                caches.Jobs,
                caches.Pods,
                caches.Builds,
                secrets,
                podEvents,
                new PodLogReader(api, NullLogger<PodLogReader>.Instance),
                time
            ),
            slots,
            _tools,
            status,
            announcer,
            faults,
            new FleetMetrics(
                caches.Images,
                caches.Builds,
                () => slots.Count,
                () => true,
                Prometheus.Metrics.NewCustomRegistry()
            ),
            NullLogger<GemmaBuildReconciler>.Instance
        );
    }

    public bool Exists(bool isBuild, ObjectKey key) =>
        isBuild
            ? _caches.Builds.Get(key.Namespace, key.Name) is not null
            : _caches.Images.Get(key.Namespace, key.Name) is not null;

    /// <summary>Reconciles an object; returns when to look again.</summary>
    public async Task<TimeSpan?> ReconcileAsync(bool isBuild, ObjectKey key)
    {
        if (isBuild)
        {
            return _caches.Builds.Get(key.Namespace, key.Name) is { } build
                ? After(await _builds.ReconcileAsync(build, CancellationToken.None))
                : null;
        }

        return _caches.Images.Get(key.Namespace, key.Name) is { } image
            ? After(await _images.ReconcileAsync(image, CancellationToken.None))
            : null;
    }

    public Task DeletedAsync(GemmaBaseImage last) => _images.DeletedAsync(last, CancellationToken.None);

    public Task DeletedAsync(GemmaBuild last) => _builds.DeletedAsync(last, CancellationToken.None);

    /// <inheritdoc/>
    public void Publish(
        IKubernetesObject<V1ObjectMeta> regarding,
        EventType type,
        string reason,
        string action,
        string note
    )
    {
        // Events go nowhere here.
    }

    public void Dispose()
    {
        _tools.Copies.Dispose();
        _google.Dispose();
        _http.Dispose();
    }

    private static TimeSpan? After<T>(ReconciliationResult<T> result) =>
        result.RequeueAfter ?? (result.IsSuccess ? null : TimeSpan.FromSeconds(10));
}
