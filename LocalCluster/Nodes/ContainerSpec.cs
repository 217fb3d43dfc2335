namespace LocalCluster.Nodes;

/// <summary>Describes a container to run.</summary>
public sealed record ContainerSpec
{
    public required string Namespace { get; init; }

    public required string Pod { get; init; }

    /// <summary>Gets the pod's uid, which no other pod has.</summary>
    public string PodUid { get; init; } = "";

    /// <summary>Gets the kind of what controls the pod, as <c>Job</c>; empty for nothing.</summary>
    public string Owner { get; init; } = "";

    public required string Name { get; init; }

    public required string Image { get; init; }

    public required IReadOnlyList<string> Args { get; init; }

    public required IReadOnlyDictionary<string, string> Env { get; init; }

    /// <summary>Gets the content of mounted ConfigMaps and Secrets, by the path in the container.</summary>
    public required IReadOnlyDictionary<string, byte[]> Files { get; init; }

    /// <summary>Gets all that is mounted, in the pod's order.</summary>
    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Gets what only a container that really runs needs to know.</summary>
    public ContainerSettings Settings { get; init; } = new();

    /// <summary>Says whether it serves: such a container runs until it is stopped.</summary>
    public required bool Serves { get; init; }

    /// <summary>Takes a line of its log.</summary>
    public required Action<string> Log { get; init; }

    /// <summary>Says that a serving container answers its probes.</summary>
    public required Action Ready { get; init; }
}
