using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Updates;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Freshness.Schedule;
using GemmaOperator.BaseImages.Probe;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using k8s.Models;

namespace Operator.Tests.BaseImages.Probe;

/// <summary>
/// One object with a published image, its clock and its Jobs: each step decides, does what was decided, and remembers.
/// </summary>
internal sealed class ProbeWorld
{
    public static readonly DateTime Tick = A.Morning.AddMinutes(30);

    private readonly List<V1Job> _jobs = [];
    private readonly List<V1Pod> _pods = [];
    private int _baseDigest = 1;

    public ProbeWorld(
        Func<PackagesTrigger, PackagesTrigger>? trigger = null,
        Func<GemmaBaseImageSpec, GemmaBaseImageSpec>? change = null
    ) =>
        Image = A.BaseImage(spec =>
        {
            spec = spec with
            {
                Schedule = "0 9 * * 1",
                Triggers = spec.Triggers with { Packages = (trigger ?? (given => given))(new PackagesTrigger()) },
            };
            return change is null ? spec : change(spec);
        });

    public GemmaBaseImage Image { get; set; }

    public DateTime Now { get; set; } = Tick;

    public List<GemmaBuild> Builds { get; set; } = [Listed(A.Build(1).Succeeded())];

    public BuildRequest.Known Inputs { get; set; } = A.Inputs();

    /// <summary>Jobs of other objects that ask.</summary>
    public int Others { get; set; }

    /// <summary>Why the API server takes no Job.</summary>
    public string? Refusal { get; set; }

    public IReadOnlyList<ForeignPod> Foreign { get; set; } = [];

    public IReadOnlyList<V1Job> Jobs => _jobs;

    public PackagesStatus? Status => Image.Status?.Packages;

    public ImageSnapshot Snapshot =>
        A.Snapshot(
            RecordedStatus.Of(Image.Knowing(_baseDigest, Now), Now),
            Inputs,
            Builds,
            ScheduleReader.Read(Image, Builds, Now),
            Now
        ) with
        {
            Workload = new Workload { Jobs = _jobs },
            Probe = new ProbeFacts
            {
                Pods = _pods,
                Others = Others,
                ForeignPods = Foreign,
            },
        };

    /// <summary>A build that listed what its image holds.</summary>
    public static GemmaBuild Listed(GemmaBuild build) =>
        build with
        {
            Status = build.Status! with
            {
                Contents = new ContentsStatus { Packages = 4 },
                Verification = new VerificationStatus(),
            },
        };

    public ProbeWorld MoveBase()
    {
        _baseDigest++;
        return this;
    }

    public ImageDecision Step()
    {
        var s = Snapshot;
        var decision = ImagePlanner.Decide(s);
        var step = (decision as ImageDecision.AskPackages)?.Step;
        if (
            step is ProbeStep.Ask { Job: V1Job job }
            && Refusal is null
            && _jobs.All(j => j.Metadata.Name != job.Metadata.Name)
        )
        {
            job.Metadata.Uid = $"job-{_jobs.Count}";
            job.Metadata.CreationTimestamp = Now;
            _jobs.Add(job);
        }

        Image = Image with
        {
            Status = s.Status with { Packages = PackagesFold.Fold(s, step, IsAsked(step) ? Refusal : null) },
        };
        return decision;
    }

    private static bool IsAsked(ProbeStep? step) => step is ProbeStep.Ask { Job: not null };

    /// <summary>Asks, has the pod answer, and notes the answer.</summary>
    public ProbeWorld Ask(string report)
    {
        Assert.That(Step(), Is.InstanceOf<ImageDecision.AskPackages>(), "it asks");
        Answer(report);
        Assert.That(Step(), Is.InstanceOf<ImageDecision.AskPackages>(), "it notes the answer");
        return this;
    }

    /// <summary>Ends the pod of the newest Job.</summary>
    public ProbeWorld Answer(string? message, int exitCode = 0, string? sidecar = null)
    {
        _pods.Add(
            Pod(
                "Succeeded",
                new V1ContainerState
                {
                    Terminated = new V1ContainerStateTerminated { ExitCode = exitCode, Message = message },
                }
            )
        );
        if (sidecar is not null)
        {
            _pods[^1].Status.Phase = "Running";
            _pods[^1]
                .Status.ContainerStatuses.Add(
                    new V1ContainerStatus
                    {
                        Name = sidecar,
                        State = new V1ContainerState { Running = new V1ContainerStateRunning() },
                    }
                );
        }

        return this;
    }

    /// <summary>Has the pod of the newest Job wait for its image.</summary>
    public ProbeWorld Hang(string reason)
    {
        _pods.Add(
            Pod(
                "Pending",
                new V1ContainerState
                {
                    Waiting = new V1ContainerStateWaiting { Reason = reason, Message = "no such image" },
                }
            )
        );
        return this;
    }

    public ProbeWorld WithoutJobs()
    {
        _jobs.Clear();
        return this;
    }

    public static string Empty { get; } = $$"""{"v":1,"digest":"{{A.Image(1).Digest}}","count":0,"changes":[]}""";

    public static string Moved(string name = "libssl3", long build = 1) =>
        $$"""
        {"v":1,"digest":"{{A.Image(build).Digest}}","count":1,"fingerprint":"{{A.Digest(
            name.Length
        )}}","changes":[["dpkg",{{JsonSerializer.Serialize(name)}},"","3.0.1","3.0.2"]]}
        """;

    public static string Failed(string reason, string said = "E: no route") =>
        $$$"""{"v":1,"digest":"{{{A.Image(1).Digest}}}","error":{"reason":"{{{reason}}}","said":"{{{said}}}"} }""";

    private V1Pod Pod(string phase, V1ContainerState state) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = _jobs[^1].Metadata.Name + "-x",
                CreationTimestamp = Now,
                OwnerReferences = [new V1OwnerReference { Uid = _jobs[^1].Metadata.Uid, Controller = true }],
            },
            Status = new V1PodStatus
            {
                Phase = phase,
                ContainerStatuses = new List<V1ContainerStatus>
                {
                    new() { Name = ProbeJob.Role, State = state },
                },
            },
        };
}
