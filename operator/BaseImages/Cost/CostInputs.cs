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

    /// <summary>Gets the number of builds of everything in a week.</summary>
    public decimal BaseBuildsPerWeek { get; init; } = 1m;

    /// <summary>Gets the minutes of one patch of a base image, measured.</summary>
    public MinuteRange PatchBuild { get; init; }

    /// <summary>Gets the number of patches in a week.</summary>
    public decimal PatchBuildsPerWeek { get; init; }

    /// <summary>
    /// Takes the inputs from a spec: one number for a full build; what base builds took, where that was measured, else
    /// the same number; application builds on a ready base as in the problem's example.
    /// </summary>
    /// <param name="spec">The spec's cost section.</param>
    /// <param name="measuredBaseMinutes">Minutes of the builds of everything known; empty before the first.</param>
    /// <param name="baseBuildsPerWeek">
    /// Base builds in a week, as scheduled or as measured; as many of them are patches as of those known.
    /// </param>
    /// <param name="measuredPatchMinutes">Minutes of the patches known.</param>
    public static CostInputs Of(
        CostSpec spec,
        IReadOnlyCollection<Minutes> measuredBaseMinutes,
        decimal baseBuildsPerWeek,
        IReadOnlyCollection<Minutes>? measuredPatchMinutes = null
    )
    {
        var (perWeek, patches) = (Math.Max(0m, baseBuildsPerWeek), measuredPatchMinutes ?? []);
        var patched =
            patches.Count == 0
                ? 0m
                : Math.Round(perWeek * patches.Count / (patches.Count + measuredBaseMinutes.Count), 2);
        var full = ToDecimal(spec.FullBuildMinutes);
        return new CostInputs
        {
            // Validation refuses a price below zero.
            Price = new Price(DecimalText.Read(spec.PricePerMinute) ?? 0m, spec.Currency),
            ApplicationBuildsPerWeek = Math.Max(0, spec.ApplicationBuildsPerWeek),
            FullBuild = new MinuteRange(full, full),
            BaseBuild = Range(measuredBaseMinutes) ?? new MinuteRange(full, full),
            BaseBuildsPerWeek = perWeek - patched,
            PatchBuild = Range(patches) ?? default,
            PatchBuildsPerWeek = patched,
        };
    }

    private static MinuteRange? Range(IReadOnlyCollection<Minutes> measured) =>
        measured.Count == 0 ? null : new MinuteRange(measured.Min(m => m.Value), measured.Max(m => m.Value));

    /// <summary>
    /// Anything that isn't a sensible number of minutes counts as none; more than a year of minutes is none either.
    /// </summary>
    private static decimal ToDecimal(double minutes) => minutes is > 0 and < 525_600 ? (decimal)minutes : 0m;
}
