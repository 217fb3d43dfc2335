using System.Globalization;
using GemmaOperator.Api.BaseImages;

namespace GemmaOperator.BaseImages.Cost;

/// <summary>
/// What builds cost with and without the split into base and application, per week, with the arithmetic written out.
/// </summary>
internal sealed record CostReport
{
    private CostReport(CostInputs inputs)
    {
        Inputs = inputs;
        MinutesBefore = inputs.ApplicationBuildsPerWeek * inputs.FullBuild;
        MinutesAfter =
            inputs.ApplicationBuildsPerWeek * inputs.ApplicationBuild + inputs.BaseBuildsPerWeek * inputs.BaseBuild;
        CostBefore = inputs.PricePerMinute * MinutesBefore;
        CostAfter = inputs.PricePerMinute * MinutesAfter;
        Saved = new NumberRange(CostBefore.Low - CostAfter.Low, CostBefore.High - CostAfter.High);
        var percents = new[]
        {
            Percent(MinutesBefore.Low, MinutesAfter.Low),
            Percent(MinutesBefore.High, MinutesAfter.High),
        };
        SavedPercent = new NumberRange(percents.Min(), percents.Max());
    }

    public CostInputs Inputs { get; }

    /// <summary>Minutes a week when every application build installs everything.</summary>
    public NumberRange MinutesBefore { get; }

    /// <summary>Minutes a week with a ready base.</summary>
    public NumberRange MinutesAfter { get; }

    public NumberRange CostBefore { get; }

    public NumberRange CostAfter { get; }

    /// <summary>
    /// Quick case against quick case, slow against slow; negative when the base costs more than it saves.
    /// </summary>
    public NumberRange Saved { get; }

    /// <summary>Whole per cent of the minutes before, rounded half away from zero.</summary>
    public NumberRange SavedPercent { get; }

    /// <summary>Inputs, formula and result in one text.</summary>
    public string Method =>
        $"before: {Count(Inputs.ApplicationBuildsPerWeek, "build")} × {Inputs.FullBuild} min = {MinutesBefore} min × {Price} {Inputs.Currency}/min = {CostBefore.AsMoney()} {Inputs.Currency} a week; "
        + $"after: {Count(Inputs.ApplicationBuildsPerWeek, "build")} × {Inputs.ApplicationBuild} min + {Count(Inputs.BaseBuildsPerWeek, "base build")} × {Inputs.BaseBuild} min = {MinutesAfter} min × {Price} {Inputs.Currency}/min = {CostAfter.AsMoney()} {Inputs.Currency} a week; "
        + $"saved: {Saved.AsMoney()} {Inputs.Currency} a week ({SavedPercent} %)";

    private string Price => Inputs.PricePerMinute.ToString("0.####", CultureInfo.InvariantCulture);

    public static CostReport Of(CostInputs inputs) => new(inputs);

    /// <summary>The status of an image: its own builds' minutes and cost, and the saving.</summary>
    /// <param name="inputs">Inputs of the saving.</param>
    /// <param name="total">Minutes of all its builds.</param>
    public static CostStatus Status(CostInputs inputs, decimal total)
    {
        var report = Of(inputs);
        return new CostStatus
        {
            BuildMinutesTotal = Number(total),
            BuildCostTotal =
                $"{(total * inputs.PricePerMinute).ToString("0.00##", CultureInfo.InvariantCulture)} {inputs.Currency}",
            SavedPerWeek = $"{report.Saved.AsMoney()} {inputs.Currency}",
            Method = report.Method,
        };
    }

    /// <summary>Minutes of a build as they are billed: by the second, in minutes with two decimals.</summary>
    public static decimal Minutes(TimeSpan duration) =>
        Math.Round((decimal)Math.Max(0, Math.Ceiling(duration.TotalSeconds)) / 60m, 2, MidpointRounding.AwayFromZero);

    private static decimal Percent(decimal before, decimal after) =>
        before == 0m ? 0m : Math.Round(100m * (before - after) / before, 0, MidpointRounding.AwayFromZero);

    private static string Count(decimal number, string noun) => $"{Number(number)} {noun}{(number == 1m ? "" : "s")}";

    private static string Number(decimal number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
