namespace GemmaOperator.Api.Workloads;

/// <summary>Records what admission made of an object of the workload when the operator last wrote it.</summary>
internal sealed record RewrittenObject
{
    /// <summary>Kind of the object, of the workload's name.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Hash of what was asked for.</summary>
    public string Applied { get; init; } = "";

    /// <summary>Image that was asked for.</summary>
    public string? Digest { get; init; }

    /// <summary>Hash of what stood there instead: while it stands, nothing is written.</summary>
    public string Standing { get; init; } = "";

    /// <summary>The first fields that differ from what was asked for.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>When it was written (UTC).</summary>
    public DateTime? Time { get; init; }
}
