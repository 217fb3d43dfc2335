using System.Globalization;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Freshness.Schedule;
using GemmaOperator.BaseImages.Preflight;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Retention;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Hub;
using GemmaOperator.Notifications;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Identities;
using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Queueing;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Benchmarks.Schedules;

/// <summary>
/// Measures what many objects with schedules cost: a decision, and a day on which none of them is due.
/// </summary>
internal sealed class SchedulesCommand : IDisposable
{
    private static readonly string[] Zones = ["Etc/UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"];

    private readonly CountingTime _time = new();
    private readonly CountingWorld _world;
    private readonly HttpClient _http;
    private readonly CloudIdentities _identities;
    private readonly ImageGatherer _gatherer;
    private readonly GemmaBaseImageReconciler _reconciler;
    private readonly NotificationDesk _desk;

    private SchedulesCommand()
    {
        _world = new CountingWorld(_time);
        _http = new HttpClient(_world);
        _identities = CloudIdentities.Here(_http, _time);
        // No object names a Secret or a ConfigMap.
        var secrets = new SecretReader(null!, _world);
        var tokens = new SecretKeyReader(null!, _world);
        var door = new RegistryClientFactory(_http, RegistryAccess.Anonymous, secrets, _identities, _time);
        var pods = new ObjectCache<V1Pod>();
        pods.AddIndex(ImageGatherer.PodsByImage, _ => []);
        _gatherer = new ImageGatherer(
            _world,
            new RepositoryOwners(_world.Images, RepositoryPolicy.AllowAll, [], NullLogger.Instance),
            _world.Builds,
            new ObjectCache<V1Deployment>(),
            new ObjectCache<V1Service>(),
            new ObjectCache<V1PodDisruptionBudget>(),
            pods,
            new ObjectCache<V1Job>(),
            new BuildRequestReader(new ConfigMapReader(null!, _world), secrets, tokens, "", canScan: false),
            new PreflightReader(_world, new ServerImageReader(door, _time), new RepositoryReader(door, _time)),
            new PodEventReader(_world, NullLogger<PodEventReader>.Instance),
            new WeightsReader(
                _world,
                new ObjectCache<V1PersistentVolumeClaim>(),
                new PodEventReader(_world, NullLogger<PodEventReader>.Instance),
                () => true,
                []
            ),
            HubEndpoint.Default,
            _time
        );
        var status = new StatusWriter(_world);
        var announcer = new EventPublisher(_world, NullLogger<EventPublisher>.Instance, _time);
        // Nobody is told anything.
        _desk = new NotificationDesk(
            (_, _) => throw new NotSupportedException(),
            () => false,
            _time,
            NullLogger<NotificationDesk>.Instance
        );
        _reconciler = new GemmaBaseImageReconciler(
            _gatherer,
            new ImageEffects(
                _world,
                new UpstreamBaseResolver(door, _time),
                new ModelResolver(new HubClient(_http, HubEndpoint.Default, _time), door, tokens, _time),
                new ImageDisposer(door, _world.Builds, _world.Images),
                new ModelEffects(_world),
                new ScanEffects(_world, door, "", _time),
                status
            ),
            // Nobody asks for a plan.
            new PlanReader(() => _gatherer, _world.Images, _world, _time),
            status,
            _desk,
            announcer,
            new FaultReport(_world, status, announcer, _time, NullLogger<FaultReport>.Instance),
            NullLogger<GemmaBaseImageReconciler>.Instance
        );
    }

    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        using var command = new SchedulesCommand();
        var objects = args is ["--objects", var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 10_000;
        Console.WriteLine((await command.MeasureAsync(objects)).ToJsonString());
        return 0;
    }

    public void Dispose()
    {
        _desk.Dispose();
        _identities.Dispose();
        _http.Dispose();
    }

    private async Task<JsonObject> MeasureAsync(int objects)
    {
        var report = new JsonObject { ["objects"] = objects };
        var looks = new Dictionary<ObjectKey, TimeSpan>();
        for (var i = 0; i < objects; i++)
        {
            var image = Image(i);
            _world.See(_world.Images, image);
            looks[ObjectKey.Of(image)] = await ReconcileAsync(ObjectKey.Of(image));
        }

        var timers = _time.Timers;
        using var queue = new WorkQueue<ObjectKey>(_time, Backoff.PerKey, new TokenBucket(1, 1, _time));
        foreach (var (key, look) in looks)
        {
            queue.AddAfter(key, look, Lane.Change);
        }

        report["timers"] = _time.Timers - timers;
        foreach (var (name, schedule) in new[] { ("weekly", "{0} {1} * * 0"), ("hourly", "{0} * * * *") })
        {
            report[name] = await DecideAsync(schedule);
        }

        var interval = TimeSpan.FromHours(6);
        report["untilThePollOfTheBase"] = await PassAsync(queue, interval - TimeSpan.FromMinutes(1));
        report["restOfTheDay"] = await PassAsync(queue, TimeSpan.FromDays(1) - interval + TimeSpan.FromMinutes(1));
        return report;
    }

    /// <summary>
    /// Measures CPU and bytes of one decision: the schedule's next and last tick, and the plan. CPU, for a machine has
    /// other work.
    /// </summary>
    private async Task<JsonObject> DecideAsync(string schedule)
    {
        var snapshots = new List<ImageSnapshot>();
        foreach (var (image, i) in _world.Images.List().Select((image, i) => (image, i)))
        {
            snapshots.Add(
                await _gatherer.GatherAsync(
                    image with
                    {
                        Spec = image.Spec! with { Schedule = Cron(schedule, i) },
                    },
                    CancellationToken.None
                )
            );
        }

        snapshots.ForEach(Decide);
        var (bytes, cpu) = (GC.GetAllocatedBytesForCurrentThread(), Environment.CpuUsage.TotalTime);
        snapshots.ForEach(Decide);
        return new JsonObject
        {
            ["cpuMicroseconds"] = Math.Round(
                (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / snapshots.Count,
                1
            ),
            ["bytes"] = (GC.GetAllocatedBytesForCurrentThread() - bytes) / snapshots.Count,
        };

        static void Decide(ImageSnapshot s) =>
            ImagePlanner.Decide(s with { Schedule = ScheduleReader.Read(s.Image, s.Builds, s.Now) });
    }

    /// <summary>Lets time pass, a minute at a time, and does what becomes due.</summary>
    private async Task<JsonObject> PassAsync(WorkQueue<ObjectKey> queue, TimeSpan span)
    {
        var (api, registry, reconciles) = (_world.ApiRequests, _world.RegistryRequests, 0);
        for (var end = _time.GetUtcNow() + span; _time.GetUtcNow() < end; )
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            for (; queue.Depth > 0; reconciles++)
            {
                var key = await queue.TakeAsync(CancellationToken.None);
                queue.AddAfter(key, await ReconcileAsync(key), Lane.Change);
                queue.Done(key);
            }
        }

        return new JsonObject
        {
            ["reconciles"] = reconciles,
            ["apiRequests"] = _world.ApiRequests - api,
            ["registryRequests"] = _world.RegistryRequests - registry,
        };
    }

    /// <summary>
    /// Reconciles as a controller does: a write is news, and is looked at once more. Returns when to look again.
    /// </summary>
    private async Task<TimeSpan> ReconcileAsync(ObjectKey key)
    {
        ReconciliationResult<GemmaBaseImage> result;
        int before;
        do
        {
            before = _world.ApiRequests;
            result = await _reconciler.ReconcileAsync(
                _world.Images.Get(key.Namespace, key.Name)!,
                CancellationToken.None
            );
        } while (_world.ApiRequests != before);

        return result.RequeueAfter!.Value;
    }

    private GemmaBaseImage Image(int i) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                NamespaceProperty = "ml",
                Name = $"image-{i}",
                Uid = $"uid-{i}",
                Generation = 1,
                CreationTimestamp = _time.GetUtcNow().UtcDateTime,
            },
            Spec = new GemmaBaseImageSpec
            {
                Schedule = Cron("{0} {1} * * 0", i),
                TimeZone = Zones[i % Zones.Length],
                Base = new BaseSpec
                {
                    Pytorch = "2.10.0",
                    Cuda = "12.8",
                    Cudnn = "9",
                },
                Output = new OutputSpec { Repository = $"registry.example.com/team/image-{i}" },
                Rollout = new RolloutSpec { Mode = RolloutMode.PublishOnly },
            },
        };

    private static string Cron(string form, int i) =>
        string.Format(CultureInfo.InvariantCulture, form, i % 60, i / 60 % 24);
}
