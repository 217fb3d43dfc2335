using GemmaOperator.Api.Builds;

namespace KubectlGemma.Local;

/// <summary>Holds what a cluster has of an object's builds.</summary>
/// <param name="Builds">The newest first; none where it has none.</param>
/// <param name="Unknown">Why they aren't known; null where they are.</param>
internal sealed record ClusterHistory(IReadOnlyList<GemmaBuild> Builds, string? Unknown);
