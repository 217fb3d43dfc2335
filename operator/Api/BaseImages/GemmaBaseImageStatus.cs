using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Channels;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Defaults;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Notifications;
using GemmaOperator.Api.Owners;
using GemmaOperator.Api.Plans;
using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Routing;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Api.BaseImages;

/// <summary>Says what is true now.</summary>
internal sealed record GemmaBaseImageStatus
{
    /// <summary>Bounds <see cref="Jobs"/>: pulls onto as many nodes are awaited at a time, at most.</summary>
    public const int MostJobs = 200;

    /// <summary>Generation this status speaks of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>
    /// Ready, Reconciling, Stalled, BuildSucceeded, Verified, Available, Fresh, Rewritten, AliasTagsCurrent, Held,
    /// DefaultsInvalid.
    /// </summary>
    public IReadOnlyList<V1Condition> Conditions { get; init; } = [];

    /// <summary>Hash of the inputs of the last attempt, whether it succeeded or not.</summary>
    public string? InputsHash { get; init; }

    /// <summary>What it takes over from defaults of its namespace and of the operator; absent for nothing.</summary>
    public IReadOnlyList<InheritedField>? Inherited { get; init; }

    /// <summary>What the spec names and isn't there; absent when nothing is known to be missing.</summary>
    public MissingObject? Missing { get; init; }

    /// <summary>What the base reference resolved to.</summary>
    public ResolvedBase? ResolvedBase { get; init; }

    /// <summary>Which version of its line the base is taken in; absent where the channel is Pinned.</summary>
    public ChannelStatus? Base { get; init; }

    /// <summary>What the server image said of itself; absent until a build has looked at it.</summary>
    public ServerImageStatus? ServerImage { get; init; }

    /// <summary>What the published image says that a build would bring; absent while nobody has asked.</summary>
    public PackagesStatus? Packages { get; init; }

    /// <summary>Weights that the spec asks for, and how far they are; absent without a source.</summary>
    public ModelStatus? Model { get; init; }

    /// <summary>Number of the latest build.</summary>
    public long BuildCounter { get; init; }

    /// <summary>Name of the latest GemmaBuild.</summary>
    public string? LatestBuild { get; init; }

    /// <summary>The newest build that the operator set out to make; written before the GemmaBuild is.</summary>
    public IntendedBuild? NextBuild { get; init; }

    /// <summary>Repositories that are this object's, since it was the first to have good images there.</summary>
    public IReadOnlyList<OwnRepository>? Repositories { get; init; }

    /// <summary>
    /// Tag of the image that serves; where only publishing is asked for, of the newest. For people who list objects.
    /// </summary>
    public string? Image { get; init; }

    /// <summary>What holds something newer back; absent when nothing does.</summary>
    public HeldStatus? Held { get; init; }

    /// <summary>Newest good base image.</summary>
    public ImageStatus? LatestImage { get; init; }

    /// <summary>The build that last found it unchanged; absent when none has since it was made.</summary>
    public ConfirmedImage? Confirmed { get; init; }

    /// <summary>Application image that the workload serves.</summary>
    public ImageStatus? ServingImage { get; init; }

    /// <summary>
    /// Pod template that it proved itself with, as JSON; failed settings go back to it. Of an older operator, and where
    /// no revision can be made.
    /// </summary>
    public CompressedString? ServingTemplate { get; init; }

    /// <summary>ControllerRevision that holds this template; absent where the status does.</summary>
    public ServingRevision? ServingRevision { get; init; }

    /// <summary>
    /// Fingerprint of what the spec asked of the pods when that template proved itself: another release of the operator
    /// that renders the same otherwise replaces no pods.
    /// </summary>
    public string? ServingSettings { get; init; }

    /// <summary>Application image served before; a rollback goes here.</summary>
    public ImageStatus? PreviousImage { get; init; }

    /// <summary>Digests that failed a rollout and aren't tried again.</summary>
    public IReadOnlyList<string>? RejectedDigests { get; init; }

    /// <summary>Settings that failed a rollout and aren't tried again; absent when the spec asks for others.</summary>
    public RejectedSettings? RejectedSettings { get; init; }

    /// <summary>Newest first, at most five.</summary>
    public IReadOnlyList<RecentBuild>? RecentBuilds { get; init; }

    /// <summary>Tick of the newest scheduled build (UTC).</summary>
    public DateTime? LastScheduleTime { get; init; }

    /// <summary>Next tick, jitter included (UTC).</summary>
    public DateTime? NextScheduleTime { get; init; }

    /// <summary>The schedule that ticks are counted by, and since when.</summary>
    public ObservedSchedule? ObservedSchedule { get; init; }

    /// <summary>Since when spec.suspend is true (UTC); absent while it isn't.</summary>
    public DateTime? SuspendTime { get; init; }

    /// <summary>When spec.suspend was last seen to end (UTC); ticks before it are never made up for.</summary>
    public DateTime? ResumeTime { get; init; }

    /// <summary>Value of gemmaoperator.io/requestedAt that was answered.</summary>
    public string? LastHandledRequestAt { get; init; }

    /// <summary>What the spec leads to; only while the annotation gemmaoperator.io/plan asks for it.</summary>
    public PlanStatus? Plan { get; init; }

    /// <summary>Pods of the workload, ready or not, for autoscalers; absent while there is no workload.</summary>
    public int? Replicas { get; init; }

    /// <summary>Selects these pods, for autoscalers; absent while there is no workload.</summary>
    public string? Selector { get; init; }

    /// <summary>What deleting the object does to what serves now; absent while nothing does.</summary>
    public WireEnum<DeletionPolicy>? DeletionPolicy { get; init; }

    /// <summary>Progress of the workload.</summary>
    public RolloutStatus? Rollout { get; init; }

    /// <summary>
    /// Jobs that were made beside the workload and are still there: pulls, smoke tests, fetches. No other is believed.
    /// </summary>
    public IReadOnlyList<OwnJob>? Jobs { get; init; }

    /// <summary>Objects in front of the Service that were made; absent while there are none.</summary>
    public RoutingStatus? Routing { get; init; }

    /// <summary>Vulnerabilities of what is published and serves; absent where nobody asks for scans.</summary>
    public VulnerabilitiesStatus? Vulnerabilities { get; init; }

    /// <summary>What receivers are still to be told; absent where none was ever to be told anything.</summary>
    public NotificationsStatus? Notifications { get; init; }

    /// <summary>Minutes, cost and saving.</summary>
    public CostStatus? Cost { get; init; }
}
