using GemmaOperator.Api.BaseImages;

namespace GemmaOperator.Api.Validation;

/// <summary>Checks the inputs of the cost and saving report.</summary>
internal static class CostRules
{
    public static void Check(GemmaBaseImageSpec spec, Findings findings)
    {
        var cost = spec.Cost ?? new CostSpec();
        findings.Match(
            "spec.cost.currency",
            cost.Currency,
            Syntax.Currency(),
            "a currency's code",
            "write three capital letters, as in USD"
        );
        findings.Match(
            "spec.cost.pricePerMinute",
            cost.PricePerMinute,
            Syntax.Price(),
            "a price",
            "write a decimal number in quotes, as in \"0.008\""
        );
        // Written so that NaN is out of range, too.
        if (cost.FullBuildMinutes is not (>= 0 and <= SpecBounds.FullBuildMinutes))
        {
            findings.Add(
                "spec.cost.fullBuildMinutes",
                $"{cost.FullBuildMinutes} is out of range",
                $"choose 0 to {SpecBounds.FullBuildMinutes}"
            );
        }
    }
}
