using GemmaOperator.Api.Builds;
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

    /// <summary>Gets the pods of those Jobs.</summary>
    public required IReadOnlyList<V1Pod> Pods { get; init; }

    /// <summary>
    /// Gets the events of those pods, as far as they were worth asking for; they outlive a pod that a deadline took.
    /// </summary>
    public IReadOnlyList<ObjectEvent> Events { get; init; } = [];

    /// <summary>Gets the end of a failed executor's log; null where it couldn't be had.</summary>
    public ExecutorLog? Log { get; init; }

    /// <summary>Gets the versions of the Secrets that registries are asked with; null where it names none.</summary>
    public string? CredentialsVersion { get; init; }

    /// <summary>Gets whether a newer build of the same object is good: what this one made isn't the newest.</summary>
    public bool IsOutdated { get; init; }

    public GemmaBuildSpec Spec => BuildObject.Spec(Build);

    public GemmaBuildStatus Status => Build.Status ?? EmptyStatus;

    /// <summary>Gets the base image that is in the registry; null before there is one.</summary>
    public Candidate? Candidate => Status.Candidate is { } image ? Candidate.Of(image) : null;

    /// <summary>Returns the pods of one Job, newest first.</summary>
    public IReadOnlyList<V1Pod> PodsOf(V1Job job) =>
        [
            .. Pods.Where(p => p.OwnerReferences()?.Any(o => o.Uid == job.Metadata.Uid) == true)
                .OrderByDescending(p => p.Metadata.CreationTimestamp),
        ];

    /// <summary>Returns all that is seen of one Job.</summary>
    public ObservedJob Observe(V1Job job) => new(job, PodsOf(job), Events);

    private static readonly GemmaBuildStatus EmptyStatus = new();
}
