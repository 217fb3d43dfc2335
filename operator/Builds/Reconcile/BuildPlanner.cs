using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Builds.Steps.Cancel;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Promote;
using GemmaOperator.Builds.Steps.Reuse;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Builds.Steps.Verify;

namespace GemmaOperator.Builds.Reconcile;

/// <summary>
/// Decides the next step of a GemmaBuild: the first rule with an opinion wins, and the order is that of the steps. A
/// new
/// step is a folder below Builds/Steps and a line here; <see cref="BuildStep"/> shows how they follow each other.
/// </summary>
internal static class BuildPlanner
{
    private static readonly (string Name, Func<BuildSnapshot, BuildStep?> Decide)[] Rules =
    [
        ("what has ended stays ended", Finished.Decide),
        ("a cancel request stops what runs", CancelBuild.Decide),
        ("a good base image is not built again", ReuseBase.Decide),
        ("a base image comes from a Job", KanikoStep.Decide),
        ("a candidate's config is looked at before it runs", Inspect.Decide),
        ("a candidate proves itself before it is used", VerifyStep.Decide),
        ("a candidate that runs is scanned", ScanStep.Decide),
        ("the application image is made on the base", AssembleApplication.Decide),
        ("what has proved itself gets its tags", PromoteImage.Decide),
    ];

    /// <summary>Gets the rules' names, in their order.</summary>
    public static IReadOnlyList<string> RuleNames { get; } = [.. Rules.Select(rule => rule.Name)];

    public static DecidedStep Decide(BuildSnapshot snapshot)
    {
        foreach (var rule in Rules)
        {
            if (rule.Decide(snapshot) is { } step)
            {
                return new DecidedStep(rule.Name, step);
            }
        }

        throw new InvalidOperationException("the last rule always has an opinion");
    }
}
