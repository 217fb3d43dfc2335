using GemmaOperator.Api;
using GemmaOperator.Plan;
using GemmaOperator.Schedule;

namespace GemmaOperator.Reconcilers;

/// <summary>What a schedule says at one instant; pure.</summary>
internal static class ScheduleReader
{
    /// <summary>Null without a schedule, and with one that validation refuses.</summary>
    public static ScheduleFacts? Read(GemmaBaseImage image, IReadOnlyList<GemmaBuild> builds, DateTime now)
    {
        var spec = image.Spec!;
        if (string.IsNullOrEmpty(spec.Schedule) || CronSchedule.Parse(spec.Schedule, spec.TimeZone, "spec", out _) is not { } schedule)
        {
            return null;
        }

        var ticks = DueTicks.Of(
            schedule,
            new DateTimeOffset(Since(image, builds, now)),
            new DateTimeOffset(now),
            TimeSpan.FromSeconds(spec.StartingDeadlineSeconds),
            Jitter.Of(image.Metadata.Uid ?? string.Empty, spec.JitterSeconds));
        return new ScheduleFacts(ticks.Due?.UtcDateTime, ticks.NextStart?.UtcDateTime);
    }

    /// <summary>
    /// Ticks up to here don't count: before the object was, up to the newest tick that was built for or build that was
    /// started, and while it was suspended, so that resuming never replays.
    /// </summary>
    private static DateTime Since(GemmaBaseImage image, IReadOnlyList<GemmaBuild> builds, DateTime now)
    {
        var fresh = image.Status?.Conditions.FirstOrDefault(c => c.Type == ConditionType.Fresh);
        if (image.Spec!.Suspend || fresh is { Reason: ImageReason.Fresh.Suspended })
        {
            return now;
        }

        return new[]
        {
            image.Metadata.CreationTimestamp,
            image.Status?.LastScheduleTime,
            builds.Count > 0 ? builds[0].Metadata.CreationTimestamp : null,
        }.Max() ?? now;
    }
}
