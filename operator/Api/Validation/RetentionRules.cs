using GemmaOperator.Api.BaseImages;

namespace GemmaOperator.Api.Validation;

/// <summary>Checks what happens to what is no longer needed.</summary>
internal static class RetentionRules
{
    public static void Check(GemmaBaseImageSpec spec, Findings findings)
    {
        var images = (spec.Retention ?? new RetentionSpec()).Images ?? new ImageRetention();
        findings.OneOf("spec.deletionPolicy", spec.DeletionPolicy);
        findings.OneOf("spec.retention.images.policy", images.Policy);
    }
}
