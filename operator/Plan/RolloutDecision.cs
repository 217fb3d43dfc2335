using GemmaOperator.Api;

namespace GemmaOperator.Plan;

/// <summary>What to do about the workload.</summary>
internal abstract record RolloutDecision
{
    private RolloutDecision()
    {
    }

    /// <summary>The spec asks for publishing only; a workload of an earlier mode is left as it is.</summary>
    public sealed record Unmanaged : RolloutDecision;

    /// <summary>There is nothing to serve yet, or the spec can't be read: what serves goes on serving.</summary>
    public sealed record Hold(string Message) : RolloutDecision;

    /// <summary>
    /// Serve <paramref name="Target"/>. <paramref name="Drift"/> is the first field that differs from what is wanted,
    /// null when the live objects are as they should be and nothing is written.
    /// </summary>
    public sealed record Serve(ImageStatus Target, string? Drift, bool IsRollback) : RolloutDecision;
}
