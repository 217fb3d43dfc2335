using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Validation;

/// <summary>Checks when builds and rollouts happen.</summary>
internal static class ScheduleRules
{
    private const string Reason = ImageReason.Stalled.InvalidSchedule;

    public static void Check(GemmaBaseImageSpec spec, Findings findings)
    {
        if (spec.Schedule is { } schedule)
        {
            CheckCron("spec.schedule", schedule, findings);
        }

        CheckZone("spec.timeZone", spec.TimeZone, findings);
        if (spec.Rollout?.Window is { } window)
        {
            if (window.Schedule is { Length: > 0 } opening)
            {
                CheckCron("spec.rollout.window.schedule", opening, findings);
            }

            CheckZone("spec.rollout.window.timeZone", window.TimeZone, findings);
            Durations.Check(Durations.WindowDuration, window.Duration, findings);
        }

        var triggers = spec.Triggers ?? new TriggersSpec();
        Durations.Check(Durations.PollInterval, (triggers.BaseDigest ?? new BaseDigestTrigger()).Interval, findings);
        Durations.Check(Durations.ModelPollInterval, (triggers.Model ?? new ModelTrigger()).Interval, findings);
        Durations.Check(Durations.MinInterval, triggers.MinInterval, findings);
    }

    private static void CheckCron(string path, string text, Findings findings)
    {
        if (CronSyntax.Parse(text, out var error) is null)
        {
            findings.Add(path, error.Problem, error.Remedy, Reason);
        }
    }

    private static void CheckZone(string path, string? id, Findings findings)
    {
        if (TimeZoneId.ProblemOf(id) is { } error)
        {
            findings.Add(path, error.Problem, error.Remedy, Reason);
        }
    }
}
