using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Channels;
using GemmaOperator.BaseImages.Defaults;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Lines;
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
using GemmaOperator.Notifications;
using GemmaOperator.Owners;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Identities;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Control;
using GemmaOperator.Runtime.Host;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace GemmaOperator.Hosting;

/// <summary>Puts the two reconcilers together, with their caches, what they need, and what wakes them.</summary>
internal sealed class OperatorParts : IDisposable
{
    /// <summary>What the operator made carries this label; nothing else is cached of built-in kinds.</summary>
    private const string Ours = $"{ApiGroup.ManagedByLabel}={ApiGroup.ManagedByValue}";

    private const string ByConfigMap = "configMap";
    private const string BySecret = "secret";

    private readonly BlobCopies _copies;
    private readonly NotificationDesk _desk;

    /// <param name="host">What runs them.</param>
    /// <param name="options">The command line's.</param>
    /// <param name="http">What leaves the operator for registries and hubs.</param>
    /// <param name="identities">The operator's own, in clouds.</param>
    /// <param name="egress">Where requests may go.</param>
    /// <param name="time">The clock of all of it.</param>
    /// <param name="metrics">Where counters go.</param>
    public OperatorParts(
        IControllerHost host,
        OperatorOptions options,
        HttpClient http,
        CloudIdentities identities,
        EgressPolicy egress,
        TimeProvider time,
        CollectorRegistry metrics
    )
    {
        var secrets = new SecretReader(host.MetadataCache<V1Secret>(), host.Api);
        var tokens = new SecretKeyReader(host.MetadataCache<V1Secret>(), host.Api);
        var configMaps = new ConfigMapReader(host.MetadataCache<V1ConfigMap>(), host.Api);
        var defaults = Defaults = new DefaultsKeeper(
            host.Api,
            configMaps,
            DefaultsFile.Read(options.DefaultsFile),
            options.LeaseNamespace,
            options.Tenants,
            host.Loggers.CreateLogger<DefaultsKeeper>()
        );
        host.OnTerm(defaults.Reset);
        var access = RegistryAccess.Anonymous with
        {
            Mirrors = options.Mirrors,
            InsecureHosts = options.InsecureRegistries,
            Egress = egress,
        };
        var policy = options.RepositoryPolicy.Sharing(options.ServerImage);
        var door = new RegistryClientFactory(http, access, secrets, identities, time, policy);
        var status = new StatusWriter(host.Api);
        _desk = new NotificationDesk(
            new NotificationSender(http, host.Api, egress, time).SendAsync,
            () => host.IsWorking,
            time,
            host.Loggers.CreateLogger<NotificationDesk>()
        );
        host.OnTerm(_desk.Reset);
        var podEvents = new PodEventReader(host.Api, host.Loggers.CreateLogger<PodEventReader>());
        var announcer = new EventPublisher(host.Events, host.Loggers.CreateLogger<EventPublisher>(), time);
        var faults = new FaultReport(host.Api, status, announcer, time, host.Loggers.CreateLogger<FaultReport>());
        host.Index<GemmaBaseImage>(ByConfigMap, image => ObjectLinks.KeysOf(image, NamedObjects.AllConfigMaps));
        host.Index<GemmaBaseImage>(BySecret, image => ObjectLinks.KeysOf(image, NamedObjects.Secrets));
        host.Index<GemmaBaseImage>(RepositoryLookup.ByRepository, NamedRepositories.Keys);
        host.Index<GemmaBuild>(BySecret, ObjectLinks.SecretsOf);
        var pods = host.Cache<V1Pod>(Ours);
        host.Keep<V1Pod>(PodCacheTrimming.Of);
        host.Keep<GemmaBuild>(BuildCacheTrimming.Of);
        host.Index<V1Pod>(ImageGatherer.PodsByImage, ObjectLinks.ServedImage);
        var claims = host.Cache<V1PersistentVolumeClaim>(Ours);
        host.Index<V1PersistentVolumeClaim>(
            WeightsReader.ClaimsByImage,
            claim => ObjectLinks.ModelOf(claim).Select(key => ImageGatherer.PodKey(key.Namespace!, key.Name))
        );

        var servers = new ServerImageReader(door, time);
        var gpus = new GpuNodeReader(host.Api, time);
        var images = host.Cache<GemmaBaseImage>();
        var builds = host.Cache<GemmaBuild>();
        var deployments = host.Cache<V1Deployment>(Ours);
        var services = host.Cache<V1Service>(Ours);
        var budgets = host.Cache<V1PodDisruptionBudget>(Ours);
        var jobs = host.Cache<V1Job>(Ours);
        host.For(
                new GemmaBaseImageReconciler(
                    GathererWith(
                        new PreflightReader(
                            host.Api,
                            servers,
                            new RepositoryReader(door, time),
                            secrets,
                            configMaps,
                            new BasePlatformReader(door, time)
                        )
                    ),
                    new ImageEffects(
                        host.Api,
                        new UpstreamBaseResolver(door, time),
                        new ModelResolver(new HubClient(http, options.Hub, time, egress), door, tokens, time),
                        new ImageDisposer(door, builds, images),
                        new ModelEffects(host.Api),
                        new ScanEffects(host.Api, door, options.OperatorImage, time),
                        status,
                        new ChannelReader(new LineTagReader(door, time), servers)
                    ),
                    new PlanReader(() => GathererWith(preflight: null), images, host.Api, time),
                    status,
                    _desk,
                    announcer,
                    faults,
                    host.Loggers.CreateLogger<GemmaBaseImageReconciler>()
                )
            )
            .WithPredicate((before, after) => IsNews(status, before, after))
            .Owns<GemmaBuild>()
            .Watches<GemmaBaseImage>(image => RepositoryLookup.Rivals(image, images))
            .Owns<V1Deployment>(Ours)
            .Watches<V1Deployment>(ObjectLinks.LeftWorkload, Ours)
            .Owns<V1Service>(Ours)
            .Watches<V1Service>(ObjectLinks.LeftWorkload, Ours)
            .Owns<V1PodDisruptionBudget>(Ours)
            .Watches<V1PodDisruptionBudget>(ObjectLinks.LeftWorkload, Ours)
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
            .WatchesMetadata<V1ConfigMap>(map =>
                map.Metadata.Name == DefaultsObjects.Source
                    ? DefaultsKeeper.Inheriting(images, map.Metadata.NamespaceProperty)
                    : ObjectLinks
                        .Naming(images, ByConfigMap, map)
                        .Concat(defaults.Naming(images, NamedObjects.AllConfigMaps, map.Metadata))
            )
            .WatchesMetadata<V1Secret>(secret =>
                ObjectLinks
                    .Naming(images, BySecret, secret)
                    .Concat(defaults.Naming(images, NamedObjects.Secrets, secret.Metadata))
            );

        var slots = new BuildSlots(options.MaxBuilds, jobs, time, options.MaxBuildsOfOneNamespace);
        host.OnTerm(slots.Reset);
        host.OnTerm(status.Reset);
        var tools = new StepTools(host.Api, door, secrets, BuildOptionsOf(options), time);
        _copies = tools.Copies;
        host.OnTerm(tools.Copies.Reset);
        var fleet = new FleetMetrics(images, builds, () => slots.Count, () => host.IsWorking, metrics);
        host.For(
                new GemmaBuildReconciler(
                    new BuildGatherer(
                        jobs,
                        pods,
                        builds,
                        new BuildOwners(images, host.Api, policy),
                        secrets,
                        configMaps,
                        podEvents,
                        new PodLogReader(host.Api, host.Loggers.CreateLogger<PodLogReader>()),
                        new JobPodReader(host.Api),
                        time
                    ),
                    slots,
                    tools,
                    status,
                    announcer,
                    faults,
                    fleet,
                    host.Loggers.CreateLogger<GemmaBuildReconciler>()
                )
            )
            .WithPredicate((before, after) => IsNews(status, before, after))
            .Owns<V1Job>(Ours)
            .Watches<V1Pod>(ObjectLinks.BuildOf, Ours)
            .WatchesMetadata<V1Secret>(secret => ObjectLinks.WithStuckTags(builds, BySecret, secret))
            .Watches<GemmaBuild>(_ => slots.Next());
        Fleet = fleet;

        ImageGatherer GathererWith(PreflightReader? preflight) =>
            new(
                host.Api,
                new RepositoryOwners(
                    images,
                    policy,
                    options.InsecureRegistries,
                    host.Loggers.CreateLogger<RepositoryOwners>()
                ),
                builds,
                deployments,
                services,
                budgets,
                pods,
                jobs,
                new BuildRequestReader(
                    configMaps,
                    secrets,
                    tokens,
                    options.ServerImage,
                    canScan: options.OperatorImage.Length > 0,
                    options.ExecutorImage,
                    options.Tenants
                ),
                preflight,
                podEvents,
                new WeightsReader(
                    host.Api,
                    claims,
                    podEvents,
                    () => ImageVolumes.AreMounted(host.ServerMinor),
                    options.InsecureRegistries
                ),
                options.Hub,
                time,
                defaults,
                gpus
            );
    }

    /// <summary>Gets what Prometheus is told of the fleet.</summary>
    public FleetMetrics Fleet { get; }

    /// <summary>Gets which defaults count, and what is wrong with others.</summary>
    public DefaultsKeeper Defaults { get; }

    public void Dispose()
    {
        _desk.Dispose();
        _copies.Dispose();
    }

    private static BuildOptions BuildOptionsOf(OperatorOptions options) =>
        new()
        {
            Mirrors = options.Mirrors,
            InsecureHosts = [.. options.InsecureRegistries],
            OperatorImage = options.OperatorImage,
            TokenRealms = options.TokenRealms,
            UserNamespaces = options.BuildUserNamespaces,
        };

    /// <summary>
    /// What a reconcile leads to after its own status write it asks for itself; what others do to a status is repaired.
    /// </summary>
    private static bool IsNews<T>(StatusWriter status, T before, T after)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        Predicates.MoreThanStatus(before, after) || !status.HasWritten(after);
}
