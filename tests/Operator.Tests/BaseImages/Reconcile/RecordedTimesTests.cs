using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Channels;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Notifications;
using GemmaOperator.Api.Owners;
using GemmaOperator.Api.Plans;
using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Freshness.Schedule;
using GemmaOperator.Builds;

namespace Operator.Tests.BaseImages.Reconcile;

/// <summary>
/// Kind: a time from the future is taken as now. An operator whose clock was a day ahead wrote what its successor
/// reads.
/// </summary>
internal sealed class RecordedTimesTests
{
    private static readonly DateTime Now = A.Morning;
    private static readonly DateTime Ahead = Now.AddDays(1);

    [Test]
    public void No_time_of_a_status_is_after_now()
    {
        var image = RecordedStatus.Of(A.BaseImage() with { Status = Everything(Ahead) }, Now);
        Assert.That(Times(image.Status), Is.Not.Empty.And.All.LessThanOrEqualTo(Now));
    }

    [Test]
    public void Every_time_of_a_status_is_in_the_test() =>
        Assert.That(
            Times(Everything(Ahead)).Count(),
            Is.EqualTo(Fields(typeof(GemmaBaseImageStatus)).Count()),
            "a time that is added to the status gets its place here, and in RecordedStatus"
        );

    [Test]
    public void A_status_of_a_right_clock_is_the_same_object()
    {
        var image = A.BaseImage() with { Status = Everything(Now) };
        Assert.That(RecordedStatus.Of(image, Now), Is.SameAs(image));
        var build = A.Build(1).Succeeded();
        Assert.That(RecordedTimes.Of(build, Now), Is.SameAs(build));
    }

    [Test]
    public void A_build_that_gave_way_tomorrow_holds_nothing_up()
    {
        var build = RecordedTimes.Of(A.Build(1).Superseded(Ahead), Now);
        var s = A.Snapshot(A.BaseImage().Knowing(1), A.Inputs("i2"), [build], now: Now);
        Assert.That(BuildPreemption.PauseUntil(s), Is.LessThanOrEqualTo(Now));
        Assert.That(ImagePlanner.Decide(s), Is.InstanceOf<ImageDecision.StartBuild>());
    }

    [Test]
    public void A_tick_of_tomorrow_that_was_built_for_leaves_today_s_be()
    {
        var image = A.BaseImage(s => s with { Schedule = "0 9 * * *" });
        image = image with
        {
            Status = new GemmaBaseImageStatus
            {
                ObservedGeneration = 1,
                LastScheduleTime = Ahead,
                ObservedSchedule = new ObservedSchedule
                {
                    Schedule = "0 9 * * *",
                    TimeZone = "Etc/UTC",
                    Since = Now.AddDays(-1),
                },
            },
        };
        var seen = RecordedStatus.Of(image, Now);
        // Its first look writes now down; the tick comes half an hour later.
        seen = seen with
        {
            Status = seen.Status! with { LastScheduleTime = seen.Status.LastScheduleTime },
        };
        var build = RecordedTimes.Of(Ticked(A.Build(1).Succeeded(), "2026-11-24T09:00:00Z"), Now.AddHours(1));
        Assert.That(
            ScheduleReader.Read(seen, [build], Now.AddHours(1))?.DueTick,
            Is.EqualTo(new DateTime(2026, 11, 23, 9, 0, 0, DateTimeKind.Utc))
        );
    }

    [Test]
    public void An_attempt_that_was_announced_for_tomorrow_is_made_now()
    {
        var build = A.Build(1) with
        {
            Status = new GemmaBuildStatus
            {
                StartTime = Ahead,
                Steps =
                [
                    new BuildStepStatus
                    {
                        Name = "Build",
                        StartTime = Ahead,
                        RetryAt = Ahead,
                    },
                ],
            },
        };
        var step = RecordedTimes.Of(build, Now).Status!.Steps[0];
        Assert.That((step.RetryAt, step.StartTime), Is.EqualTo(((DateTime?)Now, build.Metadata.CreationTimestamp)));
    }

    private static GemmaBuild Ticked(GemmaBuild build, string tick)
    {
        build.Metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ApiGroup.ScheduledForAnnotation] = tick,
        };
        return build;
    }

    private static GemmaBaseImageStatus Everything(DateTime time) =>
        new()
        {
            LastScheduleTime = time,
            SuspendTime = time,
            ResumeTime = time,
            ObservedSchedule = new ObservedSchedule { Since = time },
            Missing = new MissingObject { Since = time },
            Held = new HeldStatus { Since = time },
            Confirmed = new ConfirmedImage { Time = time },
            Plan = new PlanStatus { Time = time },
            ResolvedBase = new ResolvedBase { CheckedAt = time },
            Base = new ChannelStatus
            {
                Since = time,
                ProvedAt = time,
                CheckedAt = time,
                Refused = [new RefusedBase { Time = time }],
            },
            Packages = new PackagesStatus
            {
                ServedTick = time,
                Asking = new PackagesAsking { Tick = time, Since = time },
                Answer = new PackagesAnswer
                {
                    Tick = time,
                    Asked = time,
                    Time = time,
                },
            },
            Model = new ModelStatus
            {
                CheckedAt = time,
                Fetch = new ModelFetchStatus { RetryAt = time },
            },
            RejectedSettings = new RejectedSettings { Time = time },
            Repositories = [new OwnRepository { Since = time }],
            Jobs = [new OwnJob { Time = time }],
            Notifications = new NotificationsStatus { Pending = [new PendingNotification { Time = time }] },
            Vulnerabilities = new VulnerabilitiesStatus
            {
                Images =
                [
                    new ScannedImage
                    {
                        ScanTime = time,
                        DatabaseTime = time,
                        Findings = [new KnownVulnerability { FirstSeen = time, AttemptTime = time }],
                        Failure = new ScanFailure { RetryAt = time },
                    },
                ],
            },
            RecentBuilds = [new RecentBuild { StartTime = time }],
            Rollout = new RolloutStatus
            {
                SoakStartTime = time,
                UnhealthySince = time,
                UnscheduledSince = time,
                SucceedsSince = time,
                Contested = new ContestedField { Time = time },
                Rewritten = [new RewrittenObject { Time = time }],
                PrePull = new PrePullStatus { StartTime = time },
            },
        };

    /// <summary>All times below an object, as it is.</summary>
    private static IEnumerable<DateTime> Times(object? value) =>
        value switch
        {
            null or string => [],
            DateTime time => [time],
            System.Collections.IEnumerable items => items.Cast<object?>().SelectMany(Times),
            _ when value.GetType().Namespace!.StartsWith("GemmaOperator.Api", StringComparison.Ordinal) => value
                .GetType()
                .GetProperties()
                .Where(p => p.GetIndexParameters().Length == 0)
                .SelectMany(p => Times(p.GetValue(value))),
            _ => [],
        };

    /// <summary>All times that a type can hold; what is to come is no record.</summary>
    private static IEnumerable<string> Fields(Type type) =>
        type.GetProperties()
            .SelectMany(p =>
                p.PropertyType == typeof(DateTime?)
                    ? p.Name == nameof(GemmaBaseImageStatus.NextScheduleTime)
                        ? []
                        : [p.Name]
                    : p.PropertyType.IsGenericType && p.PropertyType.GetGenericArguments() is [{ } item] && IsOurs(item)
                        ? Fields(item)
                        : IsOurs(p.PropertyType)
                            ? Fields(p.PropertyType)
                            : []
            );

    private static bool IsOurs(Type type) =>
        type.Namespace?.StartsWith("GemmaOperator.Api.", StringComparison.Ordinal) == true;
}
