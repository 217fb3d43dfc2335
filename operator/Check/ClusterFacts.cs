using k8s.Models;

namespace GemmaOperator.Check;

/// <summary>Holds all that was asked of the cluster, the time included.</summary>
internal sealed record ClusterFacts
{
    /// <summary>Gets the API server's address.</summary>
    public required string Server { get; init; }

    public required Answer<VersionInfo> Version { get; init; }

    /// <summary>Gets the definitions, each with the shipped one that it should be.</summary>
    public IReadOnlyList<(
        V1CustomResourceDefinition Shipped,
        Answer<V1CustomResourceDefinition> Found
    )> Definitions { get; init; } = [];

    public IReadOnlyList<AskedRight> Rights { get; init; } = [];

    /// <summary>Gets the Lease; null when it wasn't asked for.</summary>
    public Answer<V1Lease>? Lease { get; init; }

    public Answer<IReadOnlyList<V1Node>>? Nodes { get; init; }

    public Answer<IReadOnlyList<V1StorageClass>>? StorageClasses { get; init; }

    public IReadOnlyList<(string Name, Answer<V1Namespace> Found)> Namespaces { get; init; } = [];

    public IReadOnlyList<(
        string Namespace,
        Answer<IReadOnlyList<V1NetworkPolicy>> Found
    )> NetworkPolicies { get; init; } = [];

    public IReadOnlyList<(string Name, Answer<V1PriorityClass> Found)> PriorityClasses { get; init; } = [];

    public IReadOnlyList<(string Name, Answer<V1RuntimeClass> Found)> RuntimeClasses { get; init; } = [];

    public DateTimeOffset Now { get; init; }
}
