namespace LocalCluster.Nodes;

/// <summary>
/// Says how a container is started and confined; a field that is null is left to its image or its engine.
/// </summary>
public sealed record ContainerSettings
{
    public const string DefaultTerminationPath = "/dev/termination-log";

    /// <summary>Gets what takes the place of the image's entry point; empty: nothing does.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    public string? WorkingDirectory { get; init; }

    /// <summary>Gets the file for its last message.</summary>
    public string TerminationPath { get; init; } = DefaultTerminationPath;

    /// <summary>Gets the uid that it runs as.</summary>
    public long? User { get; init; }

    /// <summary>Gets the gid that it runs as.</summary>
    public long? Group { get; init; }

    public bool HasReadOnlyRoot { get; init; }

    public bool AllowsEscalation { get; init; } = true;

    public IReadOnlyList<string> AddedCapabilities { get; init; } = [];

    public IReadOnlyList<string> DroppedCapabilities { get; init; } = [];

    /// <summary>Gets the most of a CPU's time that it gets, in cores.</summary>
    public decimal? CpuLimit { get; init; }

    /// <summary>Gets the most memory that it gets, in bytes.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Gets the port and the path whose answer says that it has started; null: it has when it runs.</summary>
    public (int Port, string Path)? StartupProbe { get; init; }
}
