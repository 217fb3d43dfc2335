using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Hub;
using GemmaOperator.Text;
using k8s.Models;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>
/// One GemmaBaseImage, its builds and its workload on a clock of its own; <see cref="Step"/> is a reconcile. There is
/// no smoke test and no pre-pull unless a test asks for one.
/// </summary>
internal sealed partial class RolloutWorld(Func<RolloutSpec, RolloutSpec> rollout)
{
    public static readonly ImageStatus Old = A.Image(1, "gemma-base-service");
    public static readonly ImageStatus New = A.Image(2, "gemma-base-service");

    /// <summary>Stands in a report for the digest of the image that is asked.</summary>
    public const string DigestOfTarget = "sha256:target";

    private readonly List<GemmaBuild> _builds = [];
    private readonly List<EventText> _told = [];

    private GemmaBaseImage _image = A.BaseImage(s =>
            s with
            {
                Rollout = rollout(
                    s.Rollout with
                    {
                        SmokeTest = new SmokeTestSpec { Enabled = false },
                        PrePull = new PrePullSpec { Enabled = false },
                    }
                ),
            }
        )
        .Knowing(1);

    private BuildRequest.Known _inputs = A.Inputs();
    private Workload _workload = Workload.None;
    private WrittenWorkload _written = WrittenWorkload.Nothing;
    private DateTime _now = A.Morning;

    public GemmaBaseImageStatus Status => _image.Status!;

    public RolloutDecision Decision { get; private set; } = new RolloutDecision.Unmanaged();

    /// <summary>All events, in order.</summary>
    public IReadOnlyList<EventText> Told => _told;

    /// <summary>Nodes of the service's pods, one each.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = ["n1"];

    /// <summary>Nodes of the cluster, as far as they can be seen.</summary>
    public IReadOnlyList<V1Node>? Cluster { get; set; }

    /// <summary>Access modes of the claim that the spec names, where it was looked up.</summary>
    public IReadOnlyList<string>? Modes { get; set; }

    /// <summary>Jobs beside the workload that are ended.</summary>
    public string[] Ended { get; private set; } = [];

    /// <summary>What comes of carrying decisions out.</summary>
    public ImageOutcome Beside { get; init; } = new();

    public RolloutProof? Proof => (Decision as RolloutDecision.Serve)?.Proof;

    /// <summary>What the workload would be written as.</summary>
    public V1Deployment Desired =>
        Decision is RolloutDecision.Serve serve
            ? ServingDeployment.Render(_image, serve.Template, _workload.Deployment, serve.GivesWay)
            : throw new AssertionException("nothing is to be served");

    public PrePull? Pull => (Decision as RolloutDecision.Serve)?.Pull;

    public RolloutWorld Pulling(string node, string? condition)
    {
        var job = PullJob.Render(_image, New, ServingTemplate.For(_image, New.Reference), node);
        (job.Metadata.CreationTimestamp, job.Metadata.Uid) = (_now, "uid-" + job.Metadata.Name);
        job.Status = new V1JobStatus
        {
            Conditions = condition is null ? null : [new V1JobCondition { Type = condition, Status = "True" }],
        };
        _workload = _workload with { Jobs = [.. _workload.Jobs.Where(j => j.Metadata.Name != job.Metadata.Name), job] };
        return this;
    }

    public RolloutWorld Serving(ImageStatus app)
    {
        _image = _image with
        {
            Status = Status with
            {
                ServingImage = app,
                ServingTemplate = ServingTemplate.For(_image, app.Reference).Text,
                ServingRevision = null,
            },
        };
        return With(1).Deploy(app);
    }

    /// <summary>
    /// What proved itself stands in the status as <paramref name="text"/>; null as an older operator left it.
    /// </summary>
    public RolloutWorld Proven(string? text)
    {
        _image = _image with
        {
            Status = Status with { ServingTemplate = CompressedString.Of(text), ServingRevision = null },
        };
        return this;
    }

    /// <summary>The status says what was asked of the pods that serve, or is of a release that didn't.</summary>
    public RolloutWorld Recorded(bool recorded)
    {
        _image = _image with { Status = Status with { ServingSettings = recorded ? Status.ServingSettings : null } };
        return this;
    }

    public RolloutWorld With(int build, BuildRequest.Known? changed = null)
    {
        _inputs = changed ?? _inputs;
        _builds.RemoveAll(b => b.Number == build);
        _builds.Insert(0, (changed is null ? A.Build(build) : A.Build(build, changed)).Succeeded());
        return this;
    }

    public RolloutWorld Running(int build)
    {
        _builds.Insert(0, A.Build(build));
        return this;
    }

    public RolloutWorld Edit(Func<RolloutSpec, RolloutSpec> change)
    {
        _image = _image with { Spec = _image.Spec! with { Rollout = change(_image.Spec.Rollout) } };
        return this;
    }

    public RolloutWorld Suspend(bool isSuspended = true)
    {
        _image = _image with { Spec = _image.Spec! with { Suspend = isSuspended } };
        return this;
    }

    public RolloutWorld Annotate(string approved)
    {
        _image.Metadata.Annotations = new Dictionary<string, string> { [ApiGroup.ApproveAnnotation] = approved };
        return this;
    }

    /// <summary>Pins by the annotation.</summary>
    public RolloutWorld PinBy(string text)
    {
        _image.Metadata.Annotations = new Dictionary<string, string> { [ApiGroup.PinAnnotation] = text };
        return this;
    }

    public RolloutWorld Wait(TimeSpan time)
    {
        _now += time;
        return this;
    }

    /// <summary>What is to be served.</summary>
    public ImageStatus? Step()
    {
        var snapshot = A.Snapshot(_image, _inputs, [.. _builds], now: _now) with
        {
            Workload = _workload with { Rewritten = Status.Rollout?.Rewritten ?? [] },
            Nodes = Cluster,
            Model =
                DeclaredModel.Read(_image.Spec!.Rollout.Server.Model, HubEndpoint.Default) ?? new DeclaredModel.None(),
            Preflight = Modes is null ? null : new PreflightFacts { IsForRollout = true, ClaimAccessModes = Modes },
        };
        snapshot = ReadKept(snapshot);
        Decision = RolloutPlanner.Decide(snapshot);
        Ended = [.. SideJobPolicy.Ended(snapshot, Decision).Select(j => j.Metadata.Name)];
        var outcome = Beside with { Written = _written, TemplateLost = ProvenTemplate.Loss(snapshot) };
        _written = WrittenWorkload.Nothing;
        var after = ImageStatusFold.Fold(snapshot, ImagePlanner.Decide(snapshot), Decision, outcome);
        _told.AddRange(ImageEvents.Between(snapshot.Status, after, outcome));
        _image = _image with { Status = Keep(after) };
        return (Decision as RolloutDecision.Serve)?.Target;
    }

    public string? Condition(string type) =>
        Status.Conditions.FirstOrDefault(c => c.Type == type) is { } c ? $"{c.Status} {c.Reason}" : null;

    public string? Message(string type) => Status.Conditions.FirstOrDefault(c => c.Type == type)?.Message;

    /// <summary>Somebody deletes the Deployment.</summary>
    public RolloutWorld Delete()
    {
        _workload = Workload.None;
        return this;
    }
}
