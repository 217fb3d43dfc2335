using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Queue;
using GemmaOperator.Builds.Reconcile;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Metrics;
using GemmaOperator.Owners;
using GemmaOperator.Registry.Access;
using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Operator.Tests.Builds.Reconcile;

/// <summary>A reconciler of builds that sees no Jobs and no pods, and has no registry.</summary>
internal static class ReconcilerExample
{
    public static GemmaBuildReconciler Of(
        IKubeApi api,
        IEventRecorder events,
        BuildSlots slots,
        TimeProvider time,
        ILoggerFactory loggers
    )
    {
        var status = new StatusWriter(api);
        var announcer = new EventPublisher(events, loggers.CreateLogger<EventPublisher>(), time);
        var builds = new ObjectCache<GemmaBuild>();
        var images = new ObjectCache<GemmaBaseImage>();
        images.AddIndex(RepositoryLookup.ByRepository, NamedRepositories.Keys);
        return new(
            new BuildGatherer(
                new ObjectCache<V1Job>(),
                new ObjectCache<V1Pod>(),
                builds,
                new BuildOwners(images, api, RepositoryPolicy.AllowAll),
                new SecretReader(new ObjectCache<PartialObjectMetadata<V1Secret>>(), api),
                new ConfigMapReader(new ObjectCache<PartialObjectMetadata<V1ConfigMap>>(), api),
                new PodEventReader(api, NullLogger<PodEventReader>.Instance),
                new PodLogReader(api, NullLogger<PodLogReader>.Instance),
                new JobPodReader(api),
                time
            ),
            slots,
            new StepTools(api, null!, null!, new BuildOptions(), time),
            status,
            announcer,
            new FaultReport(api, status, announcer, time, NullLogger<FaultReport>.Instance),
            new FleetMetrics(
                new ObjectCache<GemmaBaseImage>(),
                new ObjectCache<GemmaBuild>(),
                () => slots.Count,
                () => true,
                Prometheus.Metrics.NewCustomRegistry()
            ),
            loggers.CreateLogger<GemmaBuildReconciler>()
        );
    }
}
