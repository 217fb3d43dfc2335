using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Adoption;
using GemmaOperator.BaseImages.Channels;
using GemmaOperator.BaseImages.Defaults;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Freshness.Schedule;
using GemmaOperator.BaseImages.Lines;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Preflight;
using GemmaOperator.BaseImages.Probe;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Vulnerabilities;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Builds;
using GemmaOperator.Cluster;
using GemmaOperator.Hub;
using GemmaOperator.Owners;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>
/// Gathers, once, everything that decisions about a GemmaBaseImage may look at.
/// </summary>
internal sealed class ImageGatherer(
    IKubeApi api,
    RepositoryOwners owners,
    IIndexer<GemmaBuild> builds,
    IIndexer<V1Deployment> deployments,
    IIndexer<V1Service> services,
    IIndexer<V1PodDisruptionBudget> budgets,
    IIndexer<V1Pod> pods,
    IIndexer<V1Job> jobs,
    BuildRequestReader inputs,
    PreflightReader? preflight,
    PodEventReader events,
    WeightsReader weights,
    HubEndpoint hub,
    TimeProvider time,
    IDefaults? defaults = null,
    GpuNodeReader? gpus = null
)
{
    /// <summary>Index of pods by namespace and the GemmaBaseImage that they serve.</summary>
    public const string PodsByImage = "servedImage";

    private readonly WorkloadReader _workload = new(api, events);

    private readonly JobPodReader _jobPods = new(api);

    private readonly RevisionReader _revisions = new(api);
    private readonly RoutingReader _routing = new(api);

    public static string PodKey(string ns, string image) => $"{ns}/{image}";

    /// <summary>
    /// Returns the object with what its spec comes to, for those who report that it can't be gathered; null where that
    /// can't be told either, which may be why.
    /// </summary>
    public async Task<GemmaBaseImage?> EffectiveAsync(GemmaBaseImage image, CancellationToken cancellationToken)
    {
        try
        {
            return (await InheritedAsync(image, cancellationToken)).Spec is { } effective
                ? image with
                {
                    Spec = effective,
                }
                : image;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public async Task<ImageSnapshot> GatherAsync(GemmaBaseImage image, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        image = RecordedStatus.Of(image, now);
        var inherited = await InheritedAsync(image, cancellationToken);
        image = inherited.Spec is { } effective ? image with { Spec = effective } : image;
        IReadOnlyList<GemmaBuild> own =
        [
            .. builds
                .ByIndex(CacheIndex.OwnerUid, image.Metadata.Uid)
                .Where(b => OwnBuilds.Confirms(image, b))
                .Select(b => RecordedTimes.Of(b, now))
                .OrderByDescending(b => b.Number),
        ];
        var channel = await ChannelAsync(image, inherited, own, now, cancellationToken);
        image = channel is null ? image : OnBase(image, channel.Base);
        var ownJobs = JobsOf(image);
        var (fetching, foreignFetching) = await _jobPods.ReadAsync(
            ownJobs,
            PodsOf(image, SideJob.RoleLabel(FetchJob.Role)),
            cancellationToken
        );
        var (testing, foreignTesting) = await _jobPods.ReadAsync(
            ownJobs,
            PodsOf(image, SideJob.RoleLabel(SmokeJob.Container)),
            cancellationToken
        );
        var probes =
            image.Spec?.Triggers.Packages is null && image.Status?.Packages is null
                ? ProbeFacts.None
                : await ProbesAsync(image, ownJobs, cancellationToken);
        var snapshot = new ImageSnapshot
        {
            Now = now,
            Image = image,
            Inherited = inherited,
            Builds = own,
            Channel = channel,
            Inputs = Standing(await InputsAsync(image, inherited, cancellationToken), channel),
            CredentialsVersion = own.FirstOrDefault(b => !b.IsSuperseded) is { HasFailed: true } failed
                ? inputs.CredentialsVersionOf(failed)
                : null,
            Model = ModelOf(image),
            Schedule = ScheduleReader.Read(image, own, now),
            Probe = probes,
            Workload = new Workload
            {
                Deployment = OwnWorkload.Find(deployments, image),
                Service = OwnWorkload.Find(services, image),
                Budget = OwnWorkload.Find(budgets, image),
                Jobs = ownJobs,
                Pods = PodsOf(image, WorkloadMetadata.ServerName),
                SidePods = [.. testing, .. PodsOf(image, SideJob.RoleLabel(PullJob.Container))],
                ForeignPods = foreignTesting,
                Rewritten = image.Status?.Rollout?.Rewritten ?? [],
            },
        };
        if (
            snapshot.Model is not DeclaredModel.None
            || snapshot.Status.Model is not null
            || ModelVolume.ClaimOf(snapshot.Workload.Deployment) is not null
        )
        {
            snapshot = await weights.AddAsync(snapshot, fetching, cancellationToken);
            snapshot = snapshot with { Weights = snapshot.Weights with { ForeignPods = foreignFetching } };
        }

        if (image.Spec?.Triggers.Vulnerabilities is not null)
        {
            var (scanning, foreignScanning) = await _jobPods.ReadAsync(
                ownJobs,
                PodsOf(image, SideJob.RoleLabel(SbomScanJob.Role)),
                cancellationToken
            );
            snapshot = snapshot with
            {
                Scans = new ScanFacts { Pods = scanning, ForeignPods = foreignScanning },
            };
        }

        snapshot = await _revisions.AddAsync(snapshot, cancellationToken);
        snapshot = await _workload.CompleteAsync(snapshot, cancellationToken) with
        {
            Routing = await _routing.ReadAsync(snapshot, cancellationToken),
            GpuNodes = gpus is not null && ServedNodes.Matter(image) ? await gpus.ReadAsync(cancellationToken) : null,
        };
        var build = ImagePlanner.IsAboutToBuild(snapshot) ? (snapshot.Inputs as BuildRequest.Known)?.Template : null;
        var isForRollout = RolloutPlanner.IsAboutToReplace(snapshot);
        return preflight is null || (build is null && !isForRollout)
            ? snapshot
            : snapshot with
            {
                Preflight = await preflight.ReadAsync(image, build, isForRollout, cancellationToken),
            };
    }

    private async Task<ProbeFacts> ProbesAsync(
        GemmaBaseImage image,
        IReadOnlyList<V1Job> own,
        CancellationToken cancellationToken
    )
    {
        var (asking, foreign) = await _jobPods.ReadAsync(
            own,
            PodsOf(image, SideJob.RoleLabel(ProbeJob.Role)),
            cancellationToken
        );
        return new ProbeFacts
        {
            Pods = [.. asking.OrderByDescending(p => p.Metadata.CreationTimestamp)],
            ForeignPods = foreign,
            Others = jobs.List(image.Metadata.NamespaceProperty)
                .Count(j => ProbeJob.Is(j) && !j.IsFinished && !j.IsControlledBy(image.Metadata.Uid)),
        };
    }

    /// <summary>
    /// Returns the Jobs beside the workload that the operator made: whoever may create Jobs can name any owner.
    /// </summary>
    private IReadOnlyList<V1Job> JobsOf(GemmaBaseImage image)
    {
        var made = (image.Status?.Jobs ?? []).Select(j => j.Uid).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. jobs.ByIndex(CacheIndex.OwnerUid, image.Metadata.Uid)
                .Where(j => made.Contains(j.Metadata.Uid) && j.IsControlledBy(image.Metadata.Uid)),
        ];
    }

    /// <summary>Published images have no pods to bring weights to.</summary>
    private DeclaredModel ModelOf(GemmaBaseImage image) =>
        image.Spec?.Rollout is { Server.Model: { } model } rollout && rollout.Mode == RolloutMode.Managed
            ? DeclaredModel.Read(model, hub) ?? new DeclaredModel.None()
            : new DeclaredModel.None();

    /// <summary>From here on, an object's spec is what it comes to with its defaults.</summary>
    private async Task<Inheritance> InheritedAsync(GemmaBaseImage image, CancellationToken cancellationToken) =>
        defaults is null || image.Spec is not { } spec
            ? Inheritance.None
            : Inheritance.Of(spec, await defaults.ReadAsync(image.Metadata.NamespaceProperty, cancellationToken));

    /// <summary>Puts the base into the spec, as if a person had written its version.</summary>
    private static GemmaBaseImage OnBase(GemmaBaseImage image, BaseSpec taken) =>
        image with
        {
            Spec = image.Spec! with { Base = taken },
        };

    private static BuildRequest Standing(BuildRequest inputs, ChannelFacts? channel) =>
        channel is not null && inputs is BuildRequest.Known known
            ? known with
            {
                DeclaredBase = channel.Line.Declared,
            }
            : inputs;

    /// <summary>
    /// Gathers what is known of the base's line, and what the spec comes to on the base before one that hasn't proved
    /// itself yet.
    /// </summary>
    private async Task<ChannelFacts?> ChannelAsync(
        GemmaBaseImage image,
        Inheritance inherited,
        IReadOnlyList<GemmaBuild> own,
        DateTime now,
        CancellationToken cancellationToken
    )
    {
        if (ChannelState.Read(image) is not { Former: { } former, State.ProvedAt: null } channel)
        {
            return ChannelState.Read(image);
        }

        var before = await InputsAsync(OnBase(image, channel.Line.With(former)), inherited, cancellationToken);
        var taken = await InputsAsync(OnBase(image, channel.Base), inherited, cancellationToken);
        return ChannelState.Settle(
            channel with
            {
                FormerInputs = before as BuildRequest.Known,
            },
            image,
            taken as BuildRequest.Known,
            own,
            now
        );
    }

    private async Task<BuildRequest> InputsAsync(
        GemmaBaseImage image,
        Inheritance inherited,
        CancellationToken cancellationToken
    )
    {
        if (image.Metadata.DeletionTimestamp is not null)
        {
            return new BuildRequest.Refused(ImageReason.Stalled.InvalidSpec, "being deleted");
        }

        var read = await inputs.ReadAsync(image, inherited, cancellationToken);
        return (read is BuildRequest.Known known ? owners.Judge(image, known) : null) ?? read;
    }

    private IReadOnlyList<V1Pod> PodsOf(GemmaBaseImage image, string name) =>
        [
            .. pods.ByIndex(PodsByImage, PodKey(image.Metadata.NamespaceProperty, image.Metadata.Name))
                .Where(p => p.Metadata.Labels[WorkloadMetadata.NameLabel] == name),
        ];
}
