using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;

namespace GemmaOperator.BaseImages.Cost;

/// <summary>
/// What an object's builds took, all of them, and what the split saves, measured by those that are still known.
/// </summary>
internal static class BuildCost
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>Null before the first build has ended.</summary>
    public static CostStatus? Of(ImageSnapshot s)
    {
        var ended = s
            .Builds.Where(b => !b.ReusesBase && b.Status is { StartTime: not null, CompletionTime: not null })
            .ToList();
        if (ended.Count == 0)
        {
            return s.Status.Cost;
        }

        // Builds of one object end in the order of their numbers, and the newest one never leaves the history: each is
        // counted once, in the write that says so.
        var (counted, before) = Counted(s.Status.Cost);
        var total = before + ended.Where(b => b.Number > counted).Sum(Minutes);
        var good = ended.Where(b => b.HasSucceeded).Select(Minutes).ToList();
        var perWeek = s.Schedule?.PerWeek ?? ended.Count(b => s.Now - b.Status!.StartTime!.Value < Week);
        return CostReport.Status(CostInputs.Of(s.Spec.Cost, good, perWeek), total) with
        {
            CountedBuild = Math.Max(counted, ended.Max(b => b.Number)),
        };
    }

    private static (long Build, decimal Minutes) Counted(CostStatus? cost) =>
        cost is { CountedBuild: { } build }
        && decimal.TryParse(
            cost.BuildMinutesTotal,
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var minutes
        )
            ? (build, minutes)
            : (0, 0m);

    private static decimal Minutes(GemmaBuild build) =>
        CostReport.Minutes(build.Status!.CompletionTime!.Value - build.Status.StartTime!.Value);
}
