using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Says which claim keeps a pod from getting a node: the scheduler waits for its volume without a word, or with one
/// that is no longer true; the claim's own events have the cause.
/// </summary>
internal static class AwaitedVolume
{
    /// <summary>Returns the claims that a pod without a node mounts.</summary>
    public static IEnumerable<string> ClaimsOf(V1Pod pod) =>
        string.IsNullOrEmpty(pod.Spec?.NodeName)
            ? (pod.Spec?.Volumes ?? []).Select(v => v.PersistentVolumeClaim?.ClaimName).OfType<string>()
            : [];

    /// <summary>Returns what is wrong with one of them; null when nothing is known to be.</summary>
    public static string? ProblemOf(V1Pod pod, IReadOnlyList<ObjectEvent> events) =>
        ClaimsOf(pod).ToList() is { Count: > 0 } claims
        && events.LastOrDefault(e => e.Reason == "ProvisioningFailed" && claims.Contains(e.Object)) is { } refused
            ? $"PersistentVolumeClaim {refused.Object} gets no volume: {refused.Message}"
            : null;
}
