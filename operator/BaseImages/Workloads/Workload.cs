using GemmaOperator.Cluster;
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

    /// <summary>Gets pods of smoke tests.</summary>
    public IReadOnlyList<V1Pod> SmokePods { get; init; } = [];

    /// <summary>Gets pods of the Deployment, of any revision.</summary>
    public IReadOnlyList<V1Pod> Pods { get; init; } = [];

    /// <summary>Gets events of pods that don't start, oldest first.</summary>
    public IReadOnlyList<ObjectEvent> Events { get; init; } = [];

    /// <summary>
    /// Gets image of the server container that the Deployment asks for now; null without a Deployment.
    /// </summary>
    public string? Image =>
        Deployment?.Spec.Template.Spec.Containers.FirstOrDefault(c => c.Name == ServingDeployment.ContainerName)?.Image;

    /// <summary>
    /// Gets the hash of the settings that the Deployment asks for now; null without a Deployment, or
    /// with an older operator's.
    /// </summary>
    public string? Settings => Deployment?.Spec.Template.Settings;

    /// <summary>Returns the Deployment asks for this one.</summary>
    public bool AsksFor(ServingTemplate template) => Image == template.Reference && Settings == template.Settings;
}
