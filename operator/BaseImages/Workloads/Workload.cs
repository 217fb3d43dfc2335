using GemmaOperator.Api.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Comparison;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>Holds the live workload of one GemmaBaseImage, as observed.</summary>
internal sealed record Workload
{
    public static readonly Workload None = new();

    public V1Deployment? Deployment { get; init; }

    public V1Service? Service { get; init; }

    public V1PodDisruptionBudget? Budget { get; init; }

    /// <summary>Gets jobs beside it: pulls and smoke tests.</summary>
    public IReadOnlyList<V1Job> Jobs { get; init; } = [];

    /// <summary>Gets the pods of these jobs.</summary>
    public IReadOnlyList<V1Pod> SidePods { get; init; } = [];

    /// <summary>Gets the pods that say they are of those smoke tests and aren't what these ask for.</summary>
    public IReadOnlyList<ForeignPod> ForeignPods { get; init; } = [];

    /// <summary>Gets pods of the Deployment, of any revision.</summary>
    public IReadOnlyList<V1Pod> Pods { get; init; } = [];

    /// <summary>Gets events of pods that don't start, oldest first.</summary>
    public IReadOnlyList<ObjectEvent> Events { get; init; } = [];

    /// <summary>Gets the ReplicaSets of the Deployment; none unless a pod doesn't tell what it was made from.</summary>
    public IReadOnlyList<V1ReplicaSet> ReplicaSets { get; init; } = [];

    /// <summary>Gets nodes of pods of the service that don't answer.</summary>
    public IReadOnlyList<LostNode> LostNodes { get; init; } = [];

    /// <summary>Gets what admission made of the objects when they were last written, as the status has it.</summary>
    public IReadOnlyList<RewrittenObject> Rewritten { get; init; } = [];

    /// <summary>
    /// Gets image of the server container that the Deployment asks for now; null without a Deployment.
    /// </summary>
    public string? Image => Deployment is { } live ? ServingDeployment.ImageOf(live.Spec.Template.Spec) : null;

    /// <summary>
    /// Gets what tells that image from others: its digest, also where admission gave it another name; null without a
    /// Deployment.
    /// </summary>
    public string? Identity =>
        RunningImage.DigestIn(Image)
        ?? Rewritten
            .FirstOrDefault(r => r.Kind == V1Deployment.KubeKind && r.Applied == Deployment?.LastApplied)
            ?.Digest
        ?? Image;

    /// <summary>
    /// Gets the hash of the settings that the Deployment asks for now; null without a Deployment, or
    /// with an older operator's.
    /// </summary>
    public string? Settings => Deployment?.Spec.Template.Settings;

    /// <summary>Tells whether the Deployment asks for this one.</summary>
    public bool AsksFor(ServingTemplate template) => Identity == template.Identity && Settings == template.Settings;
}
