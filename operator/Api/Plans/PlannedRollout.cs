namespace GemmaOperator.Api.Plans;

/// <summary>Says what becomes of the served pods.</summary>
internal sealed record PlannedRollout
{
    /// <summary>
    /// At once: None, Unmanaged, LetGo, Held, Created, Replaced, Scaled or Written.
    /// </summary>
    public string Effect { get; init; } = "";

    /// <summary>The same in a sentence.</summary>
    public string Message { get; init; } = "";

    /// <summary>Rule that decides about the workload.</summary>
    public string Rule { get; init; } = "";

    /// <summary>How the image of the build comes to serve, in a sentence; absent where none will.</summary>
    public string? AfterBuild { get; init; }

    /// <summary>Fields of the pods that change, at most 10; absent where the spec is the object's own.</summary>
    public IReadOnlyList<string>? Settings { get; init; }

    /// <summary>Nodes that have pods of it.</summary>
    public int Nodes { get; init; }

    /// <summary>Compressed bytes that each node pulls for the build's image; absent where nothing tells.</summary>
    public long? BytesPerNode { get; init; }

    /// <summary>Whether they are the most: layers that a node has are pulled no more.</summary>
    public bool? BytesAreMost { get; init; }
}
