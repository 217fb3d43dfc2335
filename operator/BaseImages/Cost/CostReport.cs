using GemmaOperator.Api.BaseImages;

namespace GemmaOperator.BaseImages.Cost;

/// <summary>
/// Reports what builds cost with and without the split into base and application, per week, with
/// the arithmetic written out.
/// </summary>
internal sealed record CostReport
{
    private CostReport(CostInputs inputs)
    {
        Inputs = inputs;
        MinutesBefore = inputs.ApplicationBuildsPerWeek * inputs.FullBuild;
        MinutesAfter =
            inputs.ApplicationBuildsPerWeek * inputs.ApplicationBuild
            + inputs.BaseBuildsPerWeek * inputs.BaseBuild
            + inputs.PatchBuildsPerWeek * inputs.PatchBuild;
        CostBefore = MinutesBefore * inputs.Price;
        CostAfter = MinutesAfter * inputs.Price;
        Saved = CostBefore - CostAfter;
        SavedPercent = MinutesBefore.ReductionTo(MinutesAfter);
    }

    public CostInputs Inputs { get; }

    /// <summary>Gets the minutes a week when every application build installs everything.</summary>
    public MinuteRange MinutesBefore { get; }

    /// <summary>Gets the minutes a week with a ready base.</summary>
    public MinuteRange MinutesAfter { get; }

    public MoneyRange CostBefore { get; }

    public MoneyRange CostAfter { get; }

    /// <summary>
    /// Quick case against quick case, slow against slow; negative when the base costs more than it saves.
    /// </summary>
    public MoneyRange Saved { get; }

    /// <summary>Whole per cent of the minutes before, rounded half away from zero.</summary>
    public PercentRange SavedPercent { get; }

    /// <summary>Gets inputs, formula and result in one text.</summary>
    public string Method =>
        $"before: {Count(Inputs.ApplicationBuildsPerWeek, "build")} × {Inputs.FullBuild} min = "
        + $"{MinutesBefore} min × {Inputs.Price} = {CostBefore} a week; "
        + $"after: {Count(Inputs.ApplicationBuildsPerWeek, "build")} × {Inputs.ApplicationBuild} min + "
        + $"{Count(Inputs.BaseBuildsPerWeek, "base build")} × {Inputs.BaseBuild} min{Patches} = "
        + $"{MinutesAfter} min × "
        + $"{Inputs.Price} = {CostAfter} a week; "
        + $"saved: {Saved} a week ({SavedPercent} %)";

    private string Patches =>
        Inputs.PatchBuildsPerWeek > 0
            ? $" + {Count(Inputs.PatchBuildsPerWeek, "patch", "patches")} × {Inputs.PatchBuild} min"
            : "";

    public static CostReport Of(CostInputs inputs) => new(inputs);

    /// <summary>Renders the status of an image: its own builds' minutes and cost, and the saving.</summary>
    /// <param name="inputs">Inputs of the saving.</param>
    /// <param name="total">Minutes of all its builds.</param>
    public static CostStatus Status(CostInputs inputs, Minutes total)
    {
        var report = Of(inputs);
        return new CostStatus
        {
            BuildMinutesTotal = total.ToString(),
            BuildCostTotal = (total * inputs.Price).ToString(),
            SavedPerWeek = report.Saved.ToString(),
            Saved = new SavedStatus
            {
                Low = DecimalText.Write(report.Saved.Low.Amount, DecimalText.Money),
                High = DecimalText.Write(report.Saved.High.Amount, DecimalText.Money),
                Currency = report.Saved.Currency,
            },
            Method = report.Method,
        };
    }

    private static string Count(decimal number, string noun, string? several = null) =>
        $"{DecimalText.Write(number, DecimalText.Plain)} {(number == 1m ? noun : several ?? $"{noun}s")}";
}
