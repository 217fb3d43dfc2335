using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Defaults;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Revisions;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster.Gpus;
using GemmaOperator.Notifications;
using k8s.Models;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>Holds all that a decision about a GemmaBaseImage may look at, gathered once, the time included.</summary>
internal sealed record ImageSnapshot
{
    public required DateTime Now { get; init; }

    public required GemmaBaseImage Image
    {
        get;
        init
        {
            field = value;
            KnownBase = KnownBase.Read(value.Status?.ResolvedBase);
        }
    }

    /// <summary>Gets what is known of the base's line; null where its channel is Pinned.</summary>
    public ChannelFacts? Channel { get; init; }

    /// <summary>Gets what the spec has from defaults.</summary>
    public Inheritance Inherited { get; init; } = Inheritance.None;

    /// <summary>Gets what the status says of the upstream base; null when it says nothing that can be read.</summary>
    public KnownBase? KnownBase { get; private init; }

    /// <summary>Gets the builds that this object owns (by uid), newest number first.</summary>
    public required IReadOnlyList<GemmaBuild> Builds { get; init; }

    public required BuildRequest Inputs { get; init; }

    /// <summary>Gets where the spec has the weights from; nowhere when it isn't valid.</summary>
    public DeclaredModel Model { get; init; } = new DeclaredModel.None();

    /// <summary>Gets what the status says of those weights; null when it says nothing of them.</summary>
    public ModelIdentity? KnownModel => ModelIdentity.Read(Model, Status.Model);

    /// <summary>Gets the schedule's state; null without a (valid) schedule.</summary>
    public ScheduleFacts? Schedule { get; init; }

    public Workload Workload { get; init; } = Workload.None;

    /// <summary>Gets what was read of the pod template that is kept; it is read only where it is needed.</summary>
    public KeptTemplate Kept { get; init; } = KeptTemplate.Unread;

    /// <summary>Gets what is seen of the weights in the cluster.</summary>
    public WeightsFacts Weights { get; init; } = WeightsFacts.None;

    /// <summary>Gets what is seen of Jobs that ask which packages a build would bring.</summary>
    public ProbeFacts Probe { get; init; } = ProbeFacts.None;

    /// <summary>Gets what is seen of scans of lists of packages.</summary>
    public ScanFacts Scans { get; init; } = ScanFacts.None;

    /// <summary>Gets what is seen of the objects in front of the Service.</summary>
    public RoutingFacts Routing { get; init; } = RoutingFacts.None;

    /// <summary>Gets what came of telling receivers of what happened.</summary>
    public IReadOnlyList<Delivery> Deliveries { get; init; } = [];

    /// <summary>
    /// Gets the nodes that fit the server's node selector; null when they weren't asked for or may not be seen.
    /// </summary>
    public IReadOnlyList<V1Node>? Nodes { get; init; }

    /// <summary>
    /// Gets the nodes of the cluster that have GPUs, as they were a while ago; null when they aren't known, or don't
    /// matter.
    /// </summary>
    public IReadOnlyList<GpuNode>? GpuNodes { get; init; }

    /// <summary>
    /// Gets what was looked up of what a build and its rollout need; null when nothing is about to begin.
    /// </summary>
    public PreflightFacts? Preflight { get; init; }

    /// <summary>Gets what the server image says of itself; null when it wasn't asked, or can't be read.</summary>
    public ServerImageFacts? ServerImage => (Preflight?.Server as ServerImageAnswer.Found)?.Facts;

    /// <summary>
    /// Gets the versions of the Secrets that the newest attempt names, as they are now; null where it names none.
    /// </summary>
    public string? CredentialsVersion { get; init; }

    public GemmaBaseImageSpec Spec => Image.Spec!;

    /// <summary>Gets the build that somebody wants served, whatever is newer; null when nobody does.</summary>
    public Pin? Pin => Pin.Of(Image, Now);

    public GemmaBaseImageStatus Status => Image.Status ?? EmptyStatus;

    public GemmaBuild? LatestBuild => Builds.Count > 0 ? Builds[0] : null;

    public GemmaBuild? RunningBuild => Builds.FirstOrDefault(b => !b.IsFinished);

    /// <summary>
    /// Gets the newest build that was an attempt at something: one that gave way to a newer spec was none.
    /// </summary>
    public GemmaBuild? LatestAttempt => Builds.FirstOrDefault(b => !b.IsSuperseded);

    /// <summary>Gets the newest build, gone while it ran: deleted by hand, unless the cache is behind.</summary>
    public RecentBuild? LostBuild =>
        Status.RecentBuilds is [{ Result: RecentBuild.Running } newest, ..]
        && newest.Name == Status.LatestBuild
        && (LatestBuild?.Number ?? 0) < Status.BuildCounter
            ? newest
            : null;

    /// <summary>
    /// Gets the newest tick that a build was made for (UTC), whether the status tells of it already or not.
    /// </summary>
    public DateTime? LatestTick => Builds.Select(b => b.ScheduledFor).Append(Status.LastScheduleTime).Max();

    /// <summary>
    /// Returns whether a build was made from what the present spec asks for: on the base that its channel has taken, or
    /// the one before. That the base moves within its line is a refresh.
    /// </summary>
    public bool IsOfPresentSpec(GemmaBuild build) =>
        IsOfPresentBase(build) || Channel?.FormerInputs?.IsMadeBy(build) == true;

    /// <summary>Returns whether a build was made from that on the base that builds stand on now.</summary>
    public bool IsOfPresentBase(GemmaBuild build) => Inputs is BuildRequest.Known now && now.IsMadeBy(build);

    public GemmaBuild? LatestGoodBuild => Builds.FirstOrDefault(b => b.HasSucceeded);

    /// <summary>
    /// Gets the requestedAt that asks for a build and that none has answered yet; null when there is none.
    /// </summary>
    public string? OpenRequestedAt =>
        RequestedAt is { Length: > 0 } asked && asked != LastHandledRequestAt ? asked : null;

    /// <summary>
    /// Gets the newest requestedAt that a build answers. Builds leave the history in another order than that of their
    /// numbers (successful ones and failed ones are counted apart), so that an older one's answer may be out of date:
    /// what the status recorded goes before it.
    /// </summary>
    public string? LastHandledRequestAt =>
        Builds.Any(b => b.RequestedAt is { } answered && answered == RequestedAt)
            ? RequestedAt
            : Status.LastHandledRequestAt ?? Builds.Select(b => b.RequestedAt).FirstOrDefault(r => r is not null);

    /// <summary>Gets the object's annotation as it is now.</summary>
    private string? RequestedAt =>
        Image.Metadata.Annotations is { } annotations
        && annotations.TryGetValue(ApiGroup.RequestedAtAnnotation, out var value)
            ? value
            : null;

    private static readonly GemmaBaseImageStatus EmptyStatus = new();
}
