using GemmaOperator.Api;
using GemmaOperator.Cost;

namespace GemmaOperator.Plan;

/// <summary>What the builds that are still known took, and what the split saves.</summary>
internal static class BuildCost
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>Null before the first build has ended.</summary>
    public static CostStatus? Of(ImageSnapshot s)
    {
        var ended = s.Builds.Where(b => !b.ReusesBase && b.Status is { StartTime: not null, CompletionTime: not null }).ToList();
        if (ended.Count == 0)
        {
            return s.Status.Cost;
        }

        var good = ended.Where(b => b.HasSucceeded).Select(Minutes).ToList();
        var perWeek = s.Schedule?.PerWeek ?? ended.Count(b => s.Now - b.Status!.StartTime!.Value < Week);
        return CostReport.Status(CostInputs.Of(s.Spec.Cost, good, perWeek), ended.Select(Minutes));
    }

    private static decimal Minutes(GemmaBuild build) =>
        CostReport.Minutes(build.Status!.CompletionTime!.Value - build.Status.StartTime!.Value);
}
