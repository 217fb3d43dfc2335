using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;

namespace Operator.Tests.BaseImages.Freshness;

/// <summary>What a snapshot leads to, where a test knows its kind.</summary>
internal static class Decided
{
    public static GemmaBuild Started(ImageSnapshot snapshot)
    {
        var decision = ImagePlanner.Decide(snapshot);
        Assert.That(decision, Is.InstanceOf<ImageDecision.StartBuild>());
        return ((ImageDecision.StartBuild)decision).Build;
    }
}
