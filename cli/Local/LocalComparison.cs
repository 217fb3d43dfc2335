using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Cost;
using GemmaOperator.BaseImages.Forecasts;

namespace KubectlGemma.Local;

/// <summary>Compares a local build with those of the cluster, by the operator's own prices.</summary>
/// <param name="Full">The newest build of the cluster's that made all layers anew; null where none is known.</param>
/// <param name="FullTook">How long it took.</param>
/// <param name="Saved">How much longer that is than here; below zero where it is shorter. Null without one.</param>
/// <param name="Unknown">Why there is nothing to compare with; null where there is.</param>
/// <param name="InCluster">What the same build would take in the cluster.</param>
internal sealed record LocalComparison(
    string? Full,
    TimeSpan? FullTook,
    TimeSpan? Saved,
    string? Unknown,
    EffortForecast InCluster
)
{
    /// <summary>Gets what the saved minutes would have cost in the cluster; null where none are known.</summary>
    public Money? SavedCost =>
        Saved is { } saved && saved > TimeSpan.Zero ? Minutes.Billed(saved) * InCluster.Price : null;

    /// <param name="build">What was built.</param>
    /// <param name="knowsBase">Whether a registry names its base.</param>
    /// <param name="cost">The object's prices.</param>
    /// <param name="history">What the cluster has.</param>
    /// <param name="took">How long build and check took here.</param>
    /// <param name="now">The time (UTC).</param>
    public static LocalComparison Of(
        GemmaBuild build,
        bool knowsBase,
        CostSpec cost,
        ClusterHistory history,
        TimeSpan took,
        DateTime now
    )
    {
        var effort = EffortForecast.Of(
            build,
            LayerForecast.Of(build, knowsBase, history.Builds, now),
            history.Builds,
            cost
        );
        var full = history.Builds.FirstOrDefault(b => IsFull(b, history.Builds));
        var before = full is null ? (TimeSpan?)null : full.Status!.CompletionTime!.Value - full.Status.StartTime!.Value;
        return new LocalComparison(
            full?.BuildName,
            before,
            before - took,
            full is not null
                ? null
                : history.Unknown
                    ?? (
                        history.Builds.Count == 0
                            ? "the cluster has no build of this object"
                            : "the cluster has no good build of this object that took nothing from the cache"
                    ),
            effort
        );
    }

    private static bool IsFull(GemmaBuild build, IReadOnlyList<GemmaBuild> all) =>
        build is { HasSucceeded: true, ReusesBase: false, Status: { StartTime: { } started, CompletionTime: not null } }
        && LayerForecast.Of(build, knowsBase: true, all.Where(b => b.Number < build.Number), started).Share
            == CacheShare.Nothing;
}
