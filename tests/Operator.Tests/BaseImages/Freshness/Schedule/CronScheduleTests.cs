using CsCheck;
using GemmaOperator.BaseImages.Freshness.Schedule;

namespace Operator.Tests.BaseImages.Freshness.Schedule;

internal sealed class CronScheduleTests
{
    private static readonly string[] Zones =
    [
        "Etc/UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "Africa/Casablanca",
        "Asia/Kolkata",
    ];

    private static readonly string[] Crons =
    [
        "0 9 * * 1",
        "30 2 * * *",
        "0 0 * * *",
        "*/15 * * * *",
        "15 1,2,3 * * 0",
        "0 12 1 * *",
        "0 3 29 2 *",
        "@weekly",
        "@hourly",
        "5 4 13 * 6",
        "0 0 1 1 *",
    ];

    /// <summary>Any second of six decades.</summary>
    private static readonly Gen<DateTimeOffset> Time = Gen.Long[0, 60L * 365 * 86400]
        .Select(s => new DateTimeOffset(1990, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(s));

    private static readonly Gen<CronSchedule> Any = Gen.Select(
        Gen.OneOf(Crons),
        Gen.OneOf(Zones),
        (cron, zone) => Parse(cron, zone)
    );

    [TestCase("0 9 * *", "Etc/UTC", "spec.schedule")]
    [TestCase("0 9 * * 1 *", "Etc/UTC", "spec.schedule")]
    [TestCase("CRON_TZ=Europe/Berlin 0 9 * * 1", "Etc/UTC", "spec.schedule")]
    [TestCase("TZ=UTC 0 9 * * 1", "Etc/UTC", "spec.schedule")]
    [TestCase("@every 5m", "Etc/UTC", "spec.schedule")]
    [TestCase("@reboot", "Etc/UTC", "spec.schedule")]
    [TestCase("61 9 * * 1", "Etc/UTC", "spec.schedule")]
    [TestCase("0 0 31 2 *", "Etc/UTC", "spec.schedule")]
    [TestCase("", "Etc/UTC", "spec.schedule")]
    [TestCase("0 9 * * 1", "Mars/Olympus", "spec.timeZone")]
    [TestCase("0 9 * * 1", "../../etc/passwd", "spec.timeZone")]
    [TestCase("0 9 * * 1", "", "spec.timeZone")]
    public void What_is_no_schedule_is_refused_by_its_field(string cron, string zone, string path)
    {
        Assert.That(CronSchedule.Parse(cron, zone, "spec", out var errors), Is.Null);
        Assert.That(errors.Select(e => (e.Path, e.Reason)), Is.EqualTo([(path, "InvalidSchedule")]));
    }

    [Test]
    public void Ticks_go_forward_and_stand_on_the_clock_of_their_zone() =>
        Gen.Select(Any, Time)
            .Sample(
                (schedule, time) =>
                {
                    var tick = schedule.NextTick(time);
                    if (tick is null)
                    {
                        return;
                    }

                    Assert.That(tick.Value, Is.GreaterThan(time));
                    Assert.That(tick.Value.Offset, Is.EqualTo(TimeSpan.Zero));
                    Assert.That(schedule.NextTick(tick.Value - TimeSpan.FromTicks(1)), Is.EqualTo(tick));
                },
                iter: 5_000
            );

    [Test]
    public void The_last_tick_of_a_span_is_what_stepping_through_it_finds() =>
        Gen.Select(Any, Time, Gen.Long[0, 40L * 86400])
            .Sample(
                (schedule, from, seconds) =>
                {
                    var until = from.AddSeconds(seconds);
                    DateTimeOffset? last = null;
                    for (
                        var tick = schedule.NextTick(from);
                        tick is not null && tick <= until;
                        tick = schedule.NextTick(tick.Value)
                    )
                    {
                        last = tick;
                    }

                    Assert.That(schedule.LastTick(from, until), Is.EqualTo(last));
                },
                iter: 1_000
            );

    [Test]
    public void Ticks_go_forward_over_a_day_that_the_zone_left_out([ValueSource(nameof(Crons))] string cron)
    {
        var schedule = Parse(cron, "Pacific/Apia");
        var end = new DateTimeOffset(2012, 1, 2, 0, 0, 0, TimeSpan.Zero);
        for (var time = new DateTimeOffset(2011, 12, 28, 0, 0, 0, TimeSpan.Zero); time < end; time = time.AddMinutes(7))
        {
            Assert.That(schedule.NextTick(time), Is.GreaterThan(time));
        }
    }

    [Test]
    public void The_weekly_build_of_the_sample_is_on_Monday_at_nine() =>
        Assert.That(
            Parse("0 9 * * 1", "Etc/UTC").NextTick(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero)),
            Is.EqualTo(new DateTimeOffset(2026, 11, 30, 9, 0, 0, TimeSpan.Zero))
        );

    internal static CronSchedule Parse(string cron, string zone) =>
        CronSchedule.Parse(cron, zone, "spec", out var errors) ?? throw new FormatException(string.Join("; ", errors));
}
