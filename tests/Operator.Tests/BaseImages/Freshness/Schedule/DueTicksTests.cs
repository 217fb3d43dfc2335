using CsCheck;
using GemmaOperator.BaseImages.Freshness.Schedule;

namespace Operator.Tests.BaseImages.Freshness.Schedule;

internal sealed class DueTicksTests
{
    private static readonly CronSchedule Weekly = CronScheduleTests.Parse("0 9 * * 1", "Etc/UTC");

    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Test]
    public void A_tick_is_due_from_its_time_on_until_its_deadline()
    {
        var since = Monday - TimeSpan.FromDays(3);
        Assert.That(At(Monday - TimeSpan.FromTicks(1)).Due, Is.Null);
        Assert.That(At(Monday).Due, Is.EqualTo(Monday));
        Assert.That(At(Monday + Hour).Due, Is.EqualTo(Monday));
        Assert.That(
            At(Monday + Hour + TimeSpan.FromTicks(1)),
            Is.EqualTo(new DueTicks(null, Monday, Monday.AddDays(7), Monday.AddDays(7)))
        );

        DueTicks At(DateTimeOffset now) => DueTicks.Judge(Weekly, since, now, Hour, TimeSpan.Zero);
    }

    [Test]
    public void Missed_ticks_collapse_into_the_newest() =>
        Assert.That(
            DueTicks.Judge(Weekly, Monday.AddDays(-70), Monday.AddMinutes(5), Hour, TimeSpan.Zero).Due,
            Is.EqualTo(Monday)
        );

    [Test]
    public void A_tick_that_was_handled_is_not_due_again() =>
        Assert.That(DueTicks.Judge(Weekly, Monday, Monday.AddMinutes(5), Hour, TimeSpan.Zero).Due, Is.Null);

    [Test]
    public void Jitter_moves_the_start_and_not_the_tick()
    {
        var jitter = TimeSpan.FromMinutes(10);
        var before = DueTicks.Judge(Weekly, Monday.AddDays(-1), Monday.AddMinutes(9), Hour, jitter);
        Assert.That(before, Is.EqualTo(new DueTicks(null, null, Monday, Monday + jitter)));
        Assert.That(
            DueTicks.Judge(Weekly, Monday.AddDays(-1), Monday.AddMinutes(10), Hour, jitter).Due,
            Is.EqualTo(Monday)
        );
    }

    [Test]
    public void A_clock_that_is_behind_makes_nothing_due() =>
        Assert.That(
            DueTicks.Judge(Weekly, Monday.AddDays(30), Monday, Hour, TimeSpan.Zero),
            Is.EqualTo(new DueTicks(null, null, Monday.AddDays(35), Monday.AddDays(35)))
        );

    [Test]
    public void Decades_of_missed_minutes_cost_little()
    {
        var minutely = CronScheduleTests.Parse("* * * * *", "Europe/Berlin");
        var now = new DateTimeOffset(2026, 11, 23, 9, 0, 30, TimeSpan.Zero);
        Assert.That(
            DueTicks.Judge(minutely, now.AddYears(-30), now, Hour, TimeSpan.Zero).Due,
            Is.EqualTo(now.AddSeconds(-30))
        );
    }

    [Test]
    public void However_often_one_looks_every_tick_that_is_seen_in_time_is_handled_once_and_in_order() =>
        Gen.Select(
                Gen.OneOf("0 9 * * 1", "30 2 * * *", "0 */6 * * *"),
                Gen.OneOf("Etc/UTC", "Europe/Berlin", "America/New_York"),
                Gen.Int[0, 3600],
                Gen.Int[1, 200_000].List[1, 60]
            )
            .Sample(
                (cron, zone, jitterSeconds, steps) =>
                {
                    var schedule = CronScheduleTests.Parse(cron, zone);
                    var jitter = TimeSpan.FromSeconds(jitterSeconds);
                    var now = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
                    var since = now;
                    foreach (var step in steps)
                    {
                        var previous = now;
                        now = now.AddSeconds(step);
                        var due = DueTicks.Judge(schedule, since, now, TimeSpan.FromDays(7), jitter).Due;
                        var newest = schedule.LastTick(previous - jitter, now - jitter);
                        Assert.That(due, Is.EqualTo(newest > since ? newest : null));
                        if (due is { } tick)
                        {
                            since = tick;
                        }
                    }
                },
                iter: 2_000
            );

    [Test]
    public void Jitter_is_the_same_for_one_object_and_spread_over_many()
    {
        Assert.That(Jitter.Of("a", 0), Is.EqualTo(TimeSpan.Zero));
        // The first 64 bits of SHA-256("a"), modulo 601.
        Assert.That(Jitter.Of("a", 600), Is.EqualTo(TimeSpan.FromSeconds(0xca978112ca1bbdcaUL % 601)));
        var seconds = Enumerable.Range(0, 6_000).Select(i => (int)Jitter.Of($"uid-{i}", 59).TotalSeconds).ToList();
        Assert.That(seconds, Is.All.InRange(0, 59));
        // 100 are expected in each second; six standard deviations are 60.
        Assert.That(seconds.GroupBy(s => s).Select(g => g.Count()), Is.All.InRange(40, 160));
    }
}
