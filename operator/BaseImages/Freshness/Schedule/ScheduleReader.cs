using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Probes;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Freshness.Schedule;

/// <summary>Reads what a schedule says at one instant.</summary>
internal static class ScheduleReader
{
    /// <summary>Returns null without a schedule, and with one that validation refuses.</summary>
    public static ScheduleFacts? Read(GemmaBaseImage image, IReadOnlyList<GemmaBuild> builds, DateTime now)
    {
        var spec = image.Spec!;
        if (
            string.IsNullOrEmpty(spec.Schedule)
            || CronSchedule.Parse(spec.Schedule, spec.TimeZone, "spec", out _) is not { } schedule
        )
        {
            return null;
        }

        var observed = Observe(image, now);
        var jitter = Jitter.Of(image.Metadata.Uid ?? "", spec.JitterSeconds);
        var ticks = DueTicks.Judge(
            schedule,
            new DateTimeOffset(Since(image, builds, now, jitter, observed)),
            new DateTimeOffset(now),
            TimeSpan.FromSeconds(spec.StartingDeadlineSeconds),
            jitter,
            BegunOf(image.Status?.Packages)
        );
        return new ScheduleFacts(ticks.Due?.UtcDateTime, ticks.NextStart?.UtcDateTime, PerWeek(schedule), observed);
    }

    /// <summary>
    /// Returns the tick that the published image was asked for, in time: the answer takes its own time, and may call
    /// for a build.
    /// </summary>
    private static DateTimeOffset? BegunOf(PackagesStatus? packages) =>
        (packages?.Asking?.Tick ?? packages?.Answer?.Tick) is { } tick ? new DateTimeOffset(tick) : null;

    /// <summary>
    /// Returns the schedule with the time from which it counts: the object's creation, or when it is first seen on
    /// an object that had none, or another one. A status of a release that didn't record it tells by its
    /// next tick that there was one.
    /// </summary>
    private static ObservedSchedule Observe(GemmaBaseImage image, DateTime now)
    {
        var (spec, status) = (image.Spec!, image.Status);
        if (status?.ObservedSchedule is { } known && (known.Schedule, known.TimeZone) == (spec.Schedule, spec.TimeZone))
        {
            return known;
        }

        var isFirst =
            status?.ObservedSchedule is null
            && (status?.ObservedGeneration is null || status.NextScheduleTime is not null);
        return new ObservedSchedule
        {
            Schedule = spec.Schedule!,
            TimeZone = spec.TimeZone,
            Since = isFirst ? image.Metadata.CreationTimestamp : Conditions.WholeSeconds(now),
        };
    }

    /// <summary>
    /// Over four weeks from a fixed Monday, so that the answer doesn't drift; at most so many ticks are counted.
    /// </summary>
    private static decimal PerWeek(CronSchedule schedule)
    {
        const int Most = 200;
        var (start, count) = (new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), 0);
        var (end, at) = (start.AddDays(28), start);
        while (count < Most && schedule.NextTick(at) is { } next && next < end)
        {
            at = next;
            count++;
        }

        var weeks = count < Most ? 4m : (decimal)(at - start).TotalDays / 7m;
        return Math.Round(count / weeks, 2);
    }

    /// <summary>
    /// Ticks up to here don't count: before the schedule was, up to the newest tick that was built for or needed no
    /// build, and while it was suspended, so that resuming never replays. When a build was created doesn't matter: that
    /// time is of another clock, and a build for another reason, before a tick's jitter has passed, isn't the tick's.
    /// </summary>
    private static DateTime Since(
        GemmaBaseImage image,
        IReadOnlyList<GemmaBuild> builds,
        DateTime now,
        TimeSpan jitter,
        ObservedSchedule observed
    )
    {
        if (image.Spec!.Suspend || image.Status?.WasSuspended == true)
        {
            return now;
        }

        return new[]
            {
                observed.Since,
                image.Status?.LastScheduleTime,
                image.Status?.Packages?.ServedTick,
                // A tick whose jittered time comes after the resumption wasn't missed.
                image.Status?.ResumeTime - jitter,
                builds.Select(b => b.ScheduledFor).Max(),
            }.Max()
            ?? now;
    }
}
