using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Probe;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.Builds;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Says in words what the operator's rules decide.</summary>
internal static class DecisionText
{
    public static string Of(ImageDecision decision) =>
        decision switch
        {
            ImageDecision.Refuse => "nothing is built: the spec must be mended first",
            ImageDecision.ResolveBase { ForBuild: true } resolve =>
                $"a build is due; the registry is asked what {resolve.Base.Text} stands for, then it begins",
            ImageDecision.ResolveBase resolve => $"the registry is asked whether {resolve.Base.Text} has moved",
            ImageDecision.AskPackages { Step: ProbeStep.Ask ask } =>
                $"the published image is asked which packages a build would bring (Job {ask.Asking.Job})",
            ImageDecision.AskPackages => "the published image has answered which packages a build would bring",
            ImageDecision.Withhold withhold => $"a due build is withheld: {withhold.Hindrance.Message}",
            ImageDecision.StartBuild start => $"build {start.Build.Metadata.Name} begins, because of "
                + string.Join(", ", start.Build.Spec!.Reasons.Select(r => r.Text))
                + (BuildKind.Describe(start.Build.Spec) is { } kind ? $"; {kind}" : ""),
            ImageDecision.Supersede supersede => $"build {supersede.Build.Metadata.Name} is stopped: "
                + (
                    supersede.Build.Status?.HeldBy?.Value == BuildHold.AwaitingApproval
                        ? "it waits for approval, and another is asked for"
                        : "a newer spec has made it useless"
                ),
            ImageDecision.Wait wait => wait.Message + Until(wait.Until),
            ImageDecision.Settled { Until: null } => "nothing is due, and nothing will be before something changes",
            ImageDecision.Settled settled => $"nothing is due{Until(settled.Until)}",
            _ => decision.GetType().Name,
        };

    public static string Of(RolloutDecision decision) =>
        decision switch
        {
            RolloutDecision.Unmanaged => "no workload: spec.rollout.mode asks for publishing only",
            RolloutDecision.Hold hold => $"what serves stays as it is: {hold.Message}",
            RolloutDecision.Serve serve => $"{serve.Target.Reference} is served ({serve.Target.Build})"
                + (serve.GoesBack ? ", because something newer was given up" : "")
                + (serve.Gate is { } gate ? $"; {gate.Message}" : "")
                + (serve.Drift is { } drift ? $"; {drift} is to be written" : ""),
            _ => decision.GetType().Name,
        };

    private static string Until(DateTime? until) => until is { } at ? $"; looked at again at {Ages.Utc(at)}" : "";
}
