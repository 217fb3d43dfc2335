using GemmaOperator.Api;
using GemmaOperator.Plan;

namespace Operator.Tests.Plan;

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
