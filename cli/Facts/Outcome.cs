using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;

namespace KubectlGemma.Facts;

/// <summary>Says how far an object is, in the words of kstatus: Current, InProgress, Failed.</summary>
internal enum Outcome
{
    InProgress,
    Current,
    Failed,
}

/// <summary>Judges objects by the conditions that kstatus looks at.</summary>
internal static class Outcomes
{
    public static Outcome Of(GemmaBaseImage image)
    {
        var status = image.Status;
        if (status?.ObservedGeneration != image.Metadata.Generation)
        {
            return Outcome.InProgress;
        }

        return Has(ConditionType.Stalled) ? Outcome.Failed
            : Has(ConditionType.Reconciling) ? Outcome.InProgress
            : Has(ConditionType.Ready) ? Outcome.Current
            // Suspended before anything was made: nothing more will happen.
            : image.Spec?.Suspend == true ? Outcome.Current
            : Outcome.InProgress;

        bool Has(string type) => status!.Conditions.Any(c => c.Type == type && c.Status == "True");
    }

    public static Outcome Of(GemmaBuild build) =>
        build.HasSucceeded ? Outcome.Current
        : build.HasFailed ? Outcome.Failed
        : Outcome.InProgress;
}
