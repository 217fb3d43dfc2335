using GemmaOperator.BaseImages.Facts;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>Keeps builds that nobody asked for apart by <c>spec.triggers.minInterval</c>.</summary>
internal static class MinIntervalPolicy
{
    /// <summary>
    /// Returns the instant (UTC) before which no such build starts; null when none has started yet. One that gave way
    /// doesn't count: the next takes its place.
    /// </summary>
    public static DateTime? Until(ImageSnapshot s) =>
        new[] { s.LatestAttempt?.Metadata.CreationTimestamp, s.LostBuild?.StartTime }.Max() is { } started
            ? started + s.Spec.Triggers.MinInterval.Span
            : null;
}
