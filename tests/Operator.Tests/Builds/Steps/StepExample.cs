using GemmaOperator.Builds.Steps;

namespace Operator.Tests.Builds.Steps;

/// <summary>One step and one thing that can come of it, with all that follows.</summary>
/// <param name="Name">For the test's name.</param>
/// <param name="Step">The step.</param>
/// <param name="Report">What it leads to.</param>
/// <param name="Event">Type, reason, action and note that are expected; null for none.</param>
/// <param name="Condition">Status and reason of Succeeded; null when nothing is written.</param>
/// <param name="Next">When to look again.</param>
internal sealed record StepExample(
    string Name,
    BuildStep Step,
    StepReport Report,
    string? Event,
    string? Condition,
    LookAgain Next
)
{
    public override string ToString() => Name;
}
