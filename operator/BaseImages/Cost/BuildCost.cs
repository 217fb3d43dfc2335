using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;

namespace GemmaOperator.BaseImages.Cost;

/// <summary>
/// Counts what an object's builds took, all of them, and what the split saves, measured by those that are still known.
/// </summary>
internal static class BuildCost
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>Returns null before the first build has ended.</summary>
    public static CostStatus? Fold(ImageSnapshot s)
    {
        var ended = s
            .Builds.Where(b => !b.ReusesBase && b.Status is { StartTime: not null, CompletionTime: not null })
            .ToList();
        if (ended.Count == 0)
        {
            return s.Status.Cost;
        }

        // Builds of one object end in the order of their numbers, and the newest one never leaves the history: each is
        // counted once, in the write that says so. A total that can't be read is counted anew, which an event tells.
        var (counted, before) = CountedMinutes.Read(s.Status.Cost) is CountedMinutes.Known known
            ? (known.Build, known.Total)
            : (0, default);
        var total = ended.Where(b => b.Number > counted).Select(Took).Aggregate(before, (sum, took) => sum + took);
        var good = ended.Where(b => b.HasSucceeded).ToList();
        var perWeek = s.Schedule?.PerWeek ?? ended.Count(b => s.Now - b.Status!.StartTime!.Value < Week);
        var inputs = CostInputs.Of(
            s.Spec.Cost,
            [.. good.Where(b => !b.IsPatch).Select(Took)],
            perWeek,
            [.. good.Where(b => b.IsPatch).Select(Took)]
        );
        return CostReport.Status(inputs, total) with { CountedBuild = Math.Max(counted, ended.Max(b => b.Number)) };
    }

    /// <summary>A build for several platforms takes the time of each one's steps, which run side by side.</summary>
    private static Minutes Took(GemmaBuild build)
    {
        var (status, wall) = (build.Status!, build.Status!.CompletionTime!.Value - build.Status.StartTime!.Value);
        var steps = TimeSpan.FromSeconds(
            (status.Platforms ?? []).SelectMany(p => p.Steps).Sum(step => step.DurationSeconds ?? 0)
        );
        return Minutes.Billed(steps > wall ? steps : wall);
    }
}
