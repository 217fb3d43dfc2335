using GemmaOperator.Api.BaseImages;
using GemmaOperator.Builds;
using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>
/// Reads the times of a status that an operator wrote whose clock may have been ahead: one after now is now, and is
/// written so.
/// </summary>
internal static class RecordedStatus
{
    public static GemmaBaseImage Of(GemmaBaseImage image, DateTime now) =>
        image.Status is { } status && IsAhead(status, now)
            ? image with
            {
                Status = NotAfter(status, Conditions.WholeSeconds(now)),
            }
            : image;

    private static bool IsAhead(GemmaBaseImageStatus status, DateTime now)
    {
        IReadOnlyList<DateTime?> times =
        [
            status.LastScheduleTime,
            status.SuspendTime,
            status.ResumeTime,
            status.ObservedSchedule?.Since,
            status.Missing?.Since,
            status.Held?.Since,
            status.Confirmed?.Time,
            status.Plan?.Time,
            status.ResolvedBase?.CheckedAt,
            status.Base?.Since,
            status.Base?.ProvedAt,
            status.Base?.CheckedAt,
            .. (status.Base?.Refused ?? []).Select(r => r.Time),
            status.Packages?.ServedTick,
            status.Packages?.Asking?.Tick,
            status.Packages?.Asking?.Since,
            status.Packages?.Answer?.Tick,
            status.Packages?.Answer?.Asked,
            status.Packages?.Answer?.Time,
            status.Model?.CheckedAt,
            status.Model?.Fetch?.RetryAt - RecordedTimes.LongestPause,
            status.RejectedSettings?.Time,
            status.Rollout?.SoakStartTime,
            status.Rollout?.UnhealthySince,
            status.Rollout?.UnscheduledSince,
            status.Rollout?.SucceedsSince,
            status.Rollout?.Contested?.Time,
            status.Rollout?.PrePull?.StartTime,
            .. (status.Rollout?.Rewritten ?? []).Select(r => r.Time),
            .. RecordedScans.TimesOf(status.Vulnerabilities),
            .. (status.Notifications?.Pending ?? []).Select(n => n.Time),
            .. (status.RecentBuilds ?? []).Select(b => b.StartTime),
            .. (status.Repositories ?? []).Select(r => r.Since),
            .. (status.Jobs ?? []).Select(j => j.Time),
        ];
        return times.Any(time => time > now);
    }

    private static GemmaBaseImageStatus NotAfter(GemmaBaseImageStatus status, DateTime now)
    {
        return status with
        {
            LastScheduleTime = Past(status.LastScheduleTime),
            SuspendTime = Past(status.SuspendTime),
            ResumeTime = Past(status.ResumeTime),
            ObservedSchedule = status.ObservedSchedule is { } schedule
                ? schedule with
                {
                    Since = Past(schedule.Since),
                }
                : null,
            Missing = status.Missing is { } missing ? missing with { Since = Past(missing.Since) } : null,
            Held = status.Held is { } held ? held with { Since = Past(held.Since) } : null,
            Confirmed = status.Confirmed is { } confirmed ? confirmed with { Time = Past(confirmed.Time) } : null,
            Plan = status.Plan is { } plan ? plan with { Time = Past(plan.Time) } : null,
            ResolvedBase = status.ResolvedBase is { } known ? known with { CheckedAt = Past(known.CheckedAt) } : null,
            Base = status.Base is { } line
                ? line with
                {
                    Since = Past(line.Since),
                    ProvedAt = Past(line.ProvedAt),
                    CheckedAt = Past(line.CheckedAt),
                    Refused = line.Refused is { } refused
                        ? [.. refused.Select(r => r with { Time = Past(r.Time) })]
                        : null,
                }
                : null,
            Packages = status.Packages is { } packages
                ? packages with
                {
                    ServedTick = Past(packages.ServedTick),
                    Asking = packages.Asking is { } asking
                        ? asking with
                        {
                            Tick = Past(asking.Tick),
                            Since = Past(asking.Since),
                        }
                        : null,
                    Answer = packages.Answer is { } answer
                        ? answer with
                        {
                            Tick = Past(answer.Tick),
                            Asked = Past(answer.Asked),
                            Time = Past(answer.Time),
                        }
                        : null,
                }
                : null,
            Model = status.Model is { } model
                ? model with
                {
                    CheckedAt = Past(model.CheckedAt),
                    Fetch = model.Fetch is { } fetch
                        ? fetch with
                        {
                            RetryAt = RecordedTimes.NotAfter(fetch.RetryAt, now + RecordedTimes.LongestPause, now),
                        }
                        : null,
                }
                : null,
            Vulnerabilities = RecordedScans.NotAfter(status.Vulnerabilities, now),
            RejectedSettings = status.RejectedSettings is { } rejected
                ? rejected with
                {
                    Time = Past(rejected.Time),
                }
                : null,
            Rollout = status.Rollout is { } rollout
                ? rollout with
                {
                    SoakStartTime = Past(rollout.SoakStartTime),
                    UnhealthySince = Past(rollout.UnhealthySince),
                    UnscheduledSince = Past(rollout.UnscheduledSince),
                    SucceedsSince = Past(rollout.SucceedsSince),
                    Contested = rollout.Contested is { } contest ? contest with { Time = Past(contest.Time) } : null,
                    Rewritten = rollout.Rewritten is { } rewritten
                        ? [.. rewritten.Select(r => r with { Time = Past(r.Time) })]
                        : null,
                    PrePull = rollout.PrePull is { } pull ? pull with { StartTime = Past(pull.StartTime) } : null,
                }
                : null,
            Notifications = status.Notifications is { Pending: { } pending } notifications
                ? notifications with
                {
                    Pending = [.. pending.Select(n => n with { Time = Past(n.Time) })],
                }
                : status.Notifications,
            RecentBuilds = status.RecentBuilds is { } builds
                ? [.. builds.Select(b => b with { StartTime = Past(b.StartTime) })]
                : null,
            Repositories = status.Repositories is { } repositories
                ? [.. repositories.Select(r => r with { Since = Past(r.Since) })]
                : null,
            Jobs = status.Jobs is { } jobs ? [.. jobs.Select(j => j with { Time = Past(j.Time) })] : null,
        };

        DateTime? Past(DateTime? time) => RecordedTimes.NotAfter(time, now, now);
    }
}
