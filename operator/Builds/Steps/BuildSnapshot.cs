using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Cluster;
using GemmaOperator.Owners;
using k8s.Models;

namespace GemmaOperator.Builds.Steps;

/// <summary>Holds all that a decision about a GemmaBuild may look at, gathered once, the time included.</summary>
internal sealed record BuildSnapshot
{
    public required DateTime Now { get; init; }

    public required GemmaBuild Build { get; init; }

    /// <summary>Gets whether the operator made it.</summary>
    public BuildOrigin Origin { get; init; }

    /// <summary>Gets what another object has of the repositories that it writes to; null for nothing.</summary>
    public TakenRepository? Taken { get; init; }

    /// <summary>Gets the Jobs that this build owns (by uid).</summary>
    public required IReadOnlyList<V1Job> Jobs { get; init; }

    /// <summary>Gets the pods of those Jobs; what has ended is here if it fits its Job.</summary>
    public required IReadOnlyList<V1Pod> Pods { get; init; }

    /// <summary>Gets the pods that say they are of those Jobs and aren't what the Jobs ask for.</summary>
    public IReadOnlyList<ForeignPod> ForeignPods { get; init; } = [];

    /// <summary>
    /// Gets the events of those pods, as far as they were worth asking for; they outlive a pod that a deadline took.
    /// </summary>
    public IReadOnlyList<ObjectEvent> Events { get; init; } = [];

    /// <summary>Gets the end of a failed executor's log; null where it couldn't be had.</summary>
    public ExecutorLog? Log { get; init; }

    /// <summary>Gets the end of the log of a check that ended well; null where it couldn't be had.</summary>
    public ExecutorLog? CheckLog { get; init; }

    /// <summary>
    /// Gets the end of the log of the container that pushed the candidate; null where it couldn't be had, or the
    /// executor pushed by itself.
    /// </summary>
    public string? PublisherLog { get; init; }

    /// <summary>Gets what is published and was before this build; null where nothing is.</summary>
    public PublishedBuild? Published { get; init; }

    /// <summary>Gets whether new packages are approved; null where nobody asks for that.</summary>
    public PackageApproval? Approval { get; init; }

    /// <summary>Gets what is known of the packages of the base image that is used again; null for nothing.</summary>
    public ContentsStatus? ReusedContents { get; init; }

    /// <summary>Gets the images that the index names that is used again, by platform; null for nothing.</summary>
    public IReadOnlyList<PlatformStatus>? ReusedPlatforms { get; init; }

    /// <summary>Gets the versions of the Secrets that registries are asked with; null where it names none.</summary>
    public string? CredentialsVersion { get; init; }

    /// <summary>Gets whether a newer build of the same object is good: what this one made isn't the newest.</summary>
    public bool IsOutdated { get; init; }

    /// <summary>
    /// Gets what is seen of each platform of a build for several, each as if it were a build for that one alone; empty
    /// for a build for one.
    /// </summary>
    public IReadOnlyList<BuildSnapshot> Parts
    {
        get => field ?? PlatformPart.Of(this);
        init;
    }

    public GemmaBuildSpec Spec => BuildObject.Spec(Build);

    public GemmaBuildStatus Status => Build.Status ?? EmptyStatus;

    /// <summary>Gets the base image that is in the registry; null before there is one.</summary>
    public Candidate? Candidate => Status.Candidate is { } image ? Candidate.Of(image) : null;

    /// <summary>Returns the pods of one Job, newest first.</summary>
    public IReadOnlyList<V1Pod> PodsOf(V1Job job) =>
        [.. Pods.Where(p => p.IsControlledBy(job.Metadata.Uid)).OrderByDescending(p => p.Metadata.CreationTimestamp)];

    /// <summary>Returns a pod that says it is of a Job and isn't; null when there is none.</summary>
    public ForeignPod? ForeignOf(V1Job job) => ForeignPods.FirstOrDefault(p => p.JobUid == job.Metadata.Uid);

    /// <summary>Returns all that is seen of one Job.</summary>
    public ObservedJob Observe(V1Job job) => new(job, PodsOf(job), Events);

    private static readonly GemmaBuildStatus EmptyStatus = new();
}
