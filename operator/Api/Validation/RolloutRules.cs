using GemmaOperator.Api.BaseImages;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation;

/// <summary>Checks how what serves is replaced. The window's times belong to <see cref="ScheduleRules"/>.</summary>
internal static class RolloutRules
{
    public static void Check(GemmaBaseImageSpec spec, Findings findings)
    {
        var rollout = spec.Rollout ?? new RolloutSpec();
        findings.OneOf("spec.rollout.mode", rollout.Mode);
        findings.OneOf("spec.rollout.approval", rollout.Approval);
        findings.OneOf("spec.rollout.strategy", rollout.Strategy);
        if (rollout.PinnedBuild is { Length: > 0 } pinned && !Syntax.IsBuildName(pinned))
        {
            findings.Add(
                "spec.rollout.pinnedBuild",
                $"{Quoted.Of(pinned)} can't be the name of a GemmaBuild",
                "write it as kubectl get gb shows it"
            );
        }

        Durations.Check(Durations.PrePullTimeout, (rollout.PrePull ?? new PrePullSpec()).Timeout, findings);
        CheckSmokeTest(rollout.SmokeTest ?? new SmokeTestSpec(), findings);
        Durations.Check(Durations.SoakTime, (rollout.Rollback ?? new RollbackSpec()).SoakTime, findings);
        var progress = Durations.Check(Durations.ProgressDeadline, rollout.ProgressDeadline, findings);
        var startup = Durations.Check(
            Durations.StartupTimeout,
            (rollout.Server ?? new ServerSpec()).StartupTimeout,
            findings
        );
        if (progress < startup)
        {
            findings.Add(
                "spec.rollout",
                $"progressDeadline {rollout.ProgressDeadline} is shorter than server.startupTimeout "
                    + $"{rollout.Server?.StartupTimeout}",
                "raise the one or lower the other"
            );
        }
    }

    private static void CheckSmokeTest(SmokeTestSpec test, Findings findings)
    {
        findings.OneOf("spec.rollout.smokeTest.path", test.Path);
        if (string.IsNullOrEmpty(test.Prompt) || test.Prompt.Length > SpecBounds.Prompt)
        {
            findings.Add(
                "spec.rollout.smokeTest.prompt",
                $"it is empty or longer than {SpecBounds.Prompt} characters",
                "write a short prompt, or ask /readyz"
            );
        }

        Durations.Check(Durations.SmokeTestTimeout, test.Timeout, findings);
    }
}
