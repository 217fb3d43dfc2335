namespace GemmaOperator.Runtime.Host;

/// <summary>Answers the probes.</summary>
/// <param name="IsReady">Caches are complete and fresh; true for a standby too.</param>
/// <param name="IsLive">All loops make progress.</param>
/// <param name="Problems">Why not, one line each, for people.</param>
public sealed record HostHealth(bool IsReady, bool IsLive, IReadOnlyList<string> Problems)
{
    /// <summary>Gets what somebody should look at though the process is ready, one line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
