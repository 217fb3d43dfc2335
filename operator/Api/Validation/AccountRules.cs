using GemmaOperator.Api.BaseImages;

namespace GemmaOperator.Api.Validation;

/// <summary>How much is kept, and what it costs.</summary>
internal static class AccountRules
{
    public static void Check(GemmaBaseImageSpec spec, Findings findings)
    {
        var retention = spec.Retention ?? new RetentionSpec();
        findings.InRange("spec.retention.successfulBuilds", retention.SuccessfulBuilds, 2, 100);
        findings.InRange("spec.retention.failedBuilds", retention.FailedBuilds, 0, 100);
        var images = retention.Images ?? new ImageRetention();
        findings.OneOf("spec.retention.images.policy", images.Policy);
        findings.InRange("spec.retention.images.keep", images.Keep, 2, 100);

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
        if (cost.FullBuildMinutes is not (>= 0 and <= 10000))
        {
            findings.Add("spec.cost.fullBuildMinutes", $"{cost.FullBuildMinutes} is out of range", "choose 0 to 10000");
        }

        findings.InRange("spec.cost.applicationBuildsPerWeek", cost.ApplicationBuildsPerWeek, 0, 100000);
    }
}
