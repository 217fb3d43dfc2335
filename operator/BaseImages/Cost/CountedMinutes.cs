using GemmaOperator.Api.BaseImages;

namespace GemmaOperator.BaseImages.Cost;

/// <summary>
/// Holds what a status has counted so far: the running total of builds that may have left the history.
/// </summary>
internal abstract record CountedMinutes
{
    private CountedMinutes() { }

    /// <summary>Nothing was counted, or by a release that didn't say up to which build.</summary>
    public sealed record None : CountedMinutes;

    /// <summary>All builds up to number <paramref name="Build"/> are in <paramref name="Total"/>.</summary>
    public sealed record Known(long Build, Minutes Total) : CountedMinutes;

    /// <summary>The recorded total is no number: somebody has edited the status.</summary>
    public sealed record Unreadable(string Text) : CountedMinutes;

    /// <summary>The one place that reads the recorded total.</summary>
    public static CountedMinutes Read(CostStatus? cost) =>
        cost is not { CountedBuild: { } build } ? new None()
        : DecimalText.Read(cost.BuildMinutesTotal) is { } minutes and >= 0 ? new Known(build, new Minutes(minutes))
        : new Unreadable(cost.BuildMinutesTotal);
}
