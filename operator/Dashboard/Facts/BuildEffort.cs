using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Cost;

namespace GemmaOperator.Dashboard.Facts;

/// <summary>Holds what one build took.</summary>
/// <param name="Build">Its name.</param>
/// <param name="Result">What it came to.</param>
/// <param name="Level">How that is shown.</param>
/// <param name="Minutes">What it is billed for.</param>
/// <param name="Cost">At the price of now.</param>
/// <param name="Currency">ISO 4217 code.</param>
internal sealed record BuildEffort(
    string Build,
    string Result,
    Level Level,
    decimal Minutes,
    decimal Cost,
    string Currency
)
{
    /// <summary>
    /// Returns those of the builds that have ended, oldest first; those that built nothing aren't billed.
    /// </summary>
    public static IReadOnlyList<BuildEffort> Of(ImageFacts facts)
    {
        var cost = facts.Image.Spec?.Cost ?? new();
        var price = DecimalText.Read(cost.PricePerMinute) ?? 0m;
        return
        [
            .. from build in facts.Builds.Items.Reverse()
            where
                build
                    is {
                        IsFinished: true,
                        ReusesBase: false,
                        Status: { StartTime: not null, CompletionTime: not null }
                    }
            let minutes = Billed(build.Status!)
            let result = build.Succeeded?.Reason ?? ""
            select new BuildEffort(
                build.BuildName,
                result,
                State.OfResult(result),
                minutes,
                minutes * price,
                cost.Currency
            ),
        ];
    }

    private static decimal Billed(GemmaBuildStatus status) =>
        BaseImages.Cost.Minutes.Billed(status.CompletionTime!.Value - status.StartTime!.Value).Value;
}
