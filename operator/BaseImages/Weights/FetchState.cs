using GemmaOperator.BaseImages.Workloads;
using k8s.Models;

namespace GemmaOperator.BaseImages.Weights;

/// <summary>
/// Says how far the weights are that are fetched into a claim before pods are replaced:
/// <code>
///   Unresolved ──► Due ──► Running ──► Arrived ──► Fetched
///                   ▲         │        (marked on the claim)
///                   │         ▼
///                   ╰─ Pausing ◄─ Failed
/// </code>
/// </summary>
internal abstract record FetchState
{
    private FetchState() { }

    /// <summary>Says that nothing is fetched ahead.</summary>
    public sealed record Unneeded : FetchState;

    /// <summary>Says that nobody knows yet which weights are meant.</summary>
    public sealed record Unresolved : FetchState;

    /// <summary>Says that an attempt is to begin.</summary>
    /// <param name="Claim">Name of the claim.</param>
    /// <param name="Attempt">From 1.</param>
    /// <param name="Outlived">Job of that name, to delete first: the claim that it filled is gone. Null: none.</param>
    public sealed record Due(string Claim, int Attempt, V1Job? Outlived = null) : FetchState;

    /// <summary>Says that an attempt failed and the next one begins later.</summary>
    /// <param name="Claim">Name of the claim.</param>
    /// <param name="Until">When (UTC).</param>
    public sealed record Pausing(string Claim, DateTime Until) : FetchState;

    /// <summary>Says that an attempt runs.</summary>
    /// <param name="Claim">Name of the claim.</param>
    /// <param name="Job">The attempt.</param>
    /// <param name="Hindrance">What keeps its pod from starting; null when nothing is known to.</param>
    public sealed record Running(string Claim, V1Job Job, FetchHindrance? Hindrance) : FetchState;

    /// <summary>Says that an attempt failed just now.</summary>
    /// <param name="Claim">Name of the claim.</param>
    /// <param name="Attempt">From 1.</param>
    /// <param name="Job">The attempt.</param>
    /// <param name="Report">Why.</param>
    public sealed record Failed(string Claim, int Attempt, V1Job Job, FetchReport.Failed Report) : FetchState;

    /// <summary>Says that all weights are there, which the claim doesn't say yet.</summary>
    public sealed record Arrived(V1PersistentVolumeClaim Claim, long Bytes) : FetchState;

    /// <summary>Says that all weights are there.</summary>
    public sealed record Fetched(V1PersistentVolumeClaim Claim, long Bytes) : FetchState;
}
