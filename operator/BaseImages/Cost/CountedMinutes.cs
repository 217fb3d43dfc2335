using GemmaOperator.Api.BaseImages;

namespace GemmaOperator.BaseImages.Cost;

/// <summary>
/// Holds what a status has counted so far: the running total of builds that may have left the history.
/// </summary>
internal abstract record CountedMinutes
{
    private CountedMinutes() { }

    /// <summary>
    /// Says that nothing was counted, or that the count is from a release that didn't record up to which build it
    /// counted.
    /// </summary>
    public sealed record None : CountedMinutes;

    /// <summary>Says that <paramref name="Total"/> includes all builds up to number <paramref name="Build"/>.</summary>
    public sealed record Known(long Build, Minutes Total) : CountedMinutes;

    /// <summary>Says that the recorded total isn't a number: somebody has edited the status.</summary>
    public sealed record Unreadable(string Text) : CountedMinutes;

    /// <summary>Reads the recorded total; nothing else reads it.</summary>
    public static CountedMinutes Read(CostStatus? cost) =>
        cost is not { CountedBuild: { } build } ? new None()
        : DecimalText.Read(cost.BuildMinutesTotal) is { } minutes and >= 0 ? new Known(build, new Minutes(minutes))
        : new Unreadable(cost.BuildMinutesTotal);
}
