using GemmaOperator.Api.Probes;
using GemmaOperator.BaseImages.Facts;

namespace GemmaOperator.BaseImages.Probe;

/// <summary>Folds what is known of packages that a build would bring.</summary>
internal static class PackagesFold
{
    /// <param name="s">What was observed.</param>
    /// <param name="step">What was decided; null when nobody is asked.</param>
    /// <param name="refused">Why the API server takes no Job; null when it does.</param>
    public static PackagesStatus? Fold(ImageSnapshot s, ProbeStep? step, string? refused)
    {
        var before = s.Status.Packages;
        return step switch
        {
            ProbeStep.Ask ask when refused is not null => Answered(
                before,
                ask.Number,
                ProbeRun.Refused(s, ask.Asking, refused)
            ),
            ProbeStep.Ask ask => (before ?? new PackagesStatus()) with { Number = ask.Number, Asking = ask.Asking },
            ProbeStep.Ended ended => Answered(before, before?.Number ?? 0, ended.Answer),
            _ when before is null => null,
            _ => before with
            {
                Asking = ProbePolicy.IsWanted(s) ? before.Asking : null,
                Answer = s.Spec.Triggers.Packages is null ? null : before.Answer,
            },
        };
    }

    /// <summary>A tick whose answer is empty has been served.</summary>
    private static PackagesStatus Answered(PackagesStatus? before, long number, PackagesAnswer answer) =>
        (before ?? new PackagesStatus()) with
        {
            Number = number,
            Asking = null,
            Answer = answer,
            ServedTick = answer is { Tick: { } tick, Result.Value: PackagesResult.NothingToUpdate }
                ? tick
                : before?.ServedTick,
        };
}
