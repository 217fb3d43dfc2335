using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.Rules;

namespace KubectlGemma.Facts;

/// <summary>Holds what the operator's own rules make of an object, as this release has them.</summary>
/// <param name="Seen">What they looked at.</param>
/// <param name="Freshness">What is done about builds, and the rule that decided.</param>
/// <param name="Rollout">What is done about the workload, and the rule that decided.</param>
internal sealed record Reasoning(ImageSnapshot Seen, Ruling<ImageDecision> Freshness, Ruling<RolloutDecision> Rollout)
{
    public static Reasoning Of(ImageSnapshot s) => new(s, ImagePlanner.Rule(s), RolloutPlanner.Rule(s));
}
