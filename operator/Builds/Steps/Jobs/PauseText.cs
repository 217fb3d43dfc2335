using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>Renders what is said between two attempts.</summary>
internal static class PauseText
{
    /// <summary>Says in the conditions that another attempt follows.</summary>
    public static GemmaBuildStatus Pausing(
        this GemmaBuildStatus status,
        BuildSnapshot s,
        JobStep step,
        int next,
        ClassifiedFailure last
    )
    {
        var one = step.WordsFor(s.Spec.Template).Try;
        return status.Progressing(
            s,
            step.PauseStage,
            $"{one} {next - 1} failed ({last.Reason}: {last.Failure.Message}); {one.ToLowerInvariant()} {next} follows",
            BuildHold.BackingOff
        );
    }

    public static EventText Tell(BuildSnapshot s, JobStep step, int next, ClassifiedFailure last) =>
        new(
            true,
            last.Reason.Name,
            "Retry",
            $"{last.Failure.Message} {step.WordsFor(s.Spec.Template).Try} {next} follows."
        );
}
