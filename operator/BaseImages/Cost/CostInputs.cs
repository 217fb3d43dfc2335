using GemmaOperator.Api.BaseImages;

namespace GemmaOperator.BaseImages.Cost;

/// <summary>
/// Holds the numbers that the saving is computed from. Ranges are minutes of one build, from the quick to the slow one.
/// </summary>
internal sealed record CostInputs
{
    public Price Price { get; init; } = new(0.008m, "USD");

    /// <summary>Gets how often the application is built.</summary>
    public int ApplicationBuildsPerWeek { get; init; } = 10;

    /// <summary>Gets the minutes of an application build that installs everything itself.</summary>
    public MinuteRange FullBuild { get; init; } = new(15m, 20m);

    /// <summary>Gets the minutes of an application build on a ready base.</summary>
    public MinuteRange ApplicationBuild { get; init; } = new(2m, 3m);

    /// <summary>Gets the minutes of one base build; measured where builds are known.</summary>
    public MinuteRange BaseBuild { get; init; } = new(15m, 20m);

    /// <summary>Gets the number of base builds in a week.</summary>
    public decimal BaseBuildsPerWeek { get; init; } = 1m;

    /// <summary>
    /// Takes the inputs from a spec: one number for a full build; what base builds took, where that was measured, else
    /// the same number; application builds on a ready base as in the problem's example.
    /// </summary>
    /// <param name="spec">The spec's cost section.</param>
    /// <param name="measuredBaseMinutes">Minutes of the base builds known; empty before the first.</param>
    /// <param name="baseBuildsPerWeek">Base builds in a week, as scheduled or as measured.</param>
    public static CostInputs Of(
        CostSpec spec,
        IReadOnlyCollection<Minutes> measuredBaseMinutes,
        decimal baseBuildsPerWeek
    )
    {
        var full = ToDecimal(spec.FullBuildMinutes);
        return new CostInputs
        {
            // Validation refuses a price below zero.
            Price = new Price(DecimalText.Read(spec.PricePerMinute) ?? 0m, spec.Currency),
            ApplicationBuildsPerWeek = Math.Max(0, spec.ApplicationBuildsPerWeek),
            FullBuild = new MinuteRange(full, full),
            BaseBuild =
                measuredBaseMinutes.Count == 0
                    ? new MinuteRange(full, full)
                    : new MinuteRange(measuredBaseMinutes.Min(m => m.Value), measuredBaseMinutes.Max(m => m.Value)),
            BaseBuildsPerWeek = Math.Max(0m, baseBuildsPerWeek),
        };
    }

    /// <summary>
    /// Anything that isn't a sensible number of minutes counts as none; more than a year of minutes is none either.
    /// </summary>
    private static decimal ToDecimal(double minutes) => minutes is > 0 and < 525_600 ? (decimal)minutes : 0m;
}
