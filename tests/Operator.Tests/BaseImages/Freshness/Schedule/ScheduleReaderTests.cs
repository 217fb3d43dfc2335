using CsCheck;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Freshness.Schedule;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;

namespace Operator.Tests.BaseImages.Freshness.Schedule;

/// <summary>From when on a schedule's ticks count.</summary>
internal sealed class ScheduleReaderTests
{
    private static readonly DateTime Nine = A.Morning.Date.AddHours(9);
    private static readonly DateTime AtFivePast = Nine.AddMinutes(5);
    private static readonly GemmaBuild[] Builds = [A.Build(1).Succeeded()];

    [TestCase(null, "Etc/UTC", TestName = "One_that_is_added_just_after_a_tick")]
    [TestCase("0 12 * * *", "Etc/UTC", TestName = "One_that_is_changed_just_after_a_tick")]
    [TestCase("0 9 * * *", "Asia/Tokyo", TestName = "One_whose_zone_is_changed_just_after_a_tick")]
    public void Does_not_fire_for_it_but_for_the_next(string? before, string zone)
    {
        var image = Seen(Scheduled(before, zone), Nine.AddHours(-1));
        image = Seen(
            image with
            {
                Spec = image.Spec! with { Schedule = "0 9 * * *", TimeZone = "Etc/UTC" },
            },
            AtFivePast
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                image.Status!.ObservedSchedule,
                Is.EqualTo(
                    new ObservedSchedule
                    {
                        Schedule = "0 9 * * *",
                        TimeZone = "Etc/UTC",
                        Since = AtFivePast,
                    }
                )
            );
            Assert.That(image.Status.NextScheduleTime, Is.EqualTo(Nine.AddDays(1)));
            Assert.That(Read(image, AtFivePast.AddMinutes(30))!.DueTick, Is.Null);
            Assert.That(Read(image, Nine.AddDays(1).AddMinutes(1))!.DueTick, Is.EqualTo(Nine.AddDays(1)));
        }
    }

    [Test]
    public void One_that_is_changed_in_the_jitter_of_a_tick_does_not_fire_for_it_either()
    {
        var image = Seen(Scheduled("0 12 * * *"), Nine.AddHours(-1));
        image = image with { Spec = image.Spec! with { JitterSeconds = 3600 } };
        var jittered = Read(image, Nine)!.NextTick!.Value - Nine.AddHours(3);
        Assert.That(jittered, Is.GreaterThan(TimeSpan.FromMinutes(1)), "this object's delay");
        image = Seen(image with { Spec = image.Spec! with { Schedule = "0 9 * * *" } }, Nine.AddMinutes(1));
        Assert.That(Read(image, Nine + jittered)!.DueTick, Is.Null);
    }

    [Test]
    public void One_that_came_with_its_object_counts_from_its_making_whenever_it_is_first_seen()
    {
        var image = Scheduled("0 9 * * *");
        image.Metadata.CreationTimestamp = Nine.AddMinutes(-1);
        Assert.That(Read(image, AtFivePast)!.DueTick, Is.EqualTo(Nine));
        image.Metadata.CreationTimestamp = Nine.AddMinutes(1);
        Assert.That(Read(image, AtFivePast)!.DueTick, Is.Null);
    }

    [Test]
    public void An_outage_over_ticks_of_the_same_schedule_still_fires_once()
    {
        var image = Seen(Scheduled("0 9 * * *"), Nine.AddDays(-3));
        Assert.That(Read(image, AtFivePast)!.DueTick, Is.EqualTo(Nine));
        Assert.That(
            ScheduleReader
                .Read(image with { Status = image.Status! with { LastScheduleTime = Nine } }, Builds, AtFivePast)!
                .DueTick,
            Is.Null
        );
    }

    [Test]
    public void One_that_an_earlier_release_has_seen_and_not_recorded_loses_no_tick()
    {
        var image = Seen(Scheduled("0 9 * * *"), Nine.AddDays(-3));
        Assert.That(
            Read(image with { Status = image.Status! with { ObservedSchedule = null } }, AtFivePast)!.DueTick,
            Is.EqualTo(Nine)
        );
    }

    [Test]
    public void One_that_was_taken_away_or_made_invalid_meanwhile_starts_anew(
        [Values(null, "0 0 31 2 *")] string? meanwhile
    )
    {
        var image = Seen(Scheduled("0 9 * * *"), Nine.AddHours(-2));
        image = Seen(image with { Spec = image.Spec! with { Schedule = meanwhile } }, Nine.AddHours(-1));
        Assert.That(image.Status!.ObservedSchedule, Is.Null);
        image = Seen(image with { Spec = image.Spec! with { Schedule = "0 9 * * *" } }, AtFivePast);
        Assert.That(Read(image, AtFivePast)!.DueTick, Is.Null);
    }

    [Test]
    public void However_often_it_is_edited_no_tick_fires_that_came_before_the_edit() =>
        Gen.Select(Gen.OneOf("0 9 * * *", "30 */2 * * *", "* * * * *", "0 3 * * 1"), Gen.Int[1, 300])
            .Array[1, 30]
            .Sample(
                edits =>
                {
                    var (image, now, edited) = (Seen(Scheduled(null), A.Morning), A.Morning, A.Morning);
                    foreach (var (schedule, minutes) in edits)
                    {
                        edited = schedule == image.Spec!.Schedule ? edited : now;
                        image = Seen(image with { Spec = image.Spec with { Schedule = schedule } }, now);
                        now = now.AddMinutes(minutes).AddSeconds(minutes % 60);
                        Assert.That(Read(image, now)!.DueTick, Is.Null.Or.GreaterThan(edited));
                    }
                },
                iter: 200
            );

    private static GemmaBaseImage Scheduled(string? schedule, string zone = "Etc/UTC") =>
        A.BaseImage(s => s with { Schedule = schedule, TimeZone = zone }).Knowing(1);

    private static ScheduleFacts? Read(GemmaBaseImage image, DateTime now) => ScheduleReader.Read(image, Builds, now);

    /// <summary>As a reconcile leaves it.</summary>
    private static GemmaBaseImage Seen(GemmaBaseImage image, DateTime now)
    {
        var snapshot = A.Snapshot(image, builds: Builds, schedule: Read(image, now), now: now);
        return image with
        {
            Status = ImageStatusFold.Fold(
                snapshot,
                new ImageDecision.Settled(null),
                new RolloutDecision.Unmanaged(),
                new ImageOutcome()
            ),
        };
    }
}
