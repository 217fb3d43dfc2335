using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.Builds.Inputs;
using static Operator.Tests.BaseImages.Freshness.Decided;

namespace Operator.Tests.BaseImages.Freshness;

/// <summary>Which builds fetch packages anew, and which take their layers from the cache.</summary>
internal sealed class CacheEpochTests
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Tuesday = Monday.AddDays(1);

    private const string OfTuesday = "2026-11-24T09:00:00Z-b3";

    [Test]
    public void Builds_of_two_ticks_differ_and_builds_between_them_do_not()
    {
        Assert.That(Of(CacheRefresh.OnSchedule, Monday), Is.EqualTo("2026-11-23T09:00:00Z"));
        Assert.That(Of(CacheRefresh.OnSchedule, Monday.AddDays(7)), Is.EqualTo("2026-11-30T09:00:00Z"));
        Assert.That(
            CacheEpoch.Of(CacheRefresh.OnSchedule, Monday, 8, Of(CacheRefresh.OnSchedule, Monday), Tuesday, false),
            Is.EqualTo("2026-11-23T09:00:00Z")
        );
        Assert.That(Of(CacheRefresh.Always, Monday), Is.EqualTo("b7"));
        Assert.That(Of(CacheRefresh.Never, Monday), Is.Empty);
    }

    [TestCase(CacheRefresh.OnSchedule)]
    [TestCase(CacheRefresh.Never)]
    public void A_request_is_an_epoch_of_its_own_even_at_the_moment_of_a_tick(CacheRefresh refresh)
    {
        var epoch = CacheEpoch.Of(refresh, Monday, 7, "", Monday, isAskedFor: true);
        Assert.That(epoch, Is.EqualTo("2026-11-23T09:00:00Z-b7"));
        Assert.That(CacheEpoch.IsValid(epoch));
    }

    [TestCase(CacheRefresh.OnSchedule)]
    [TestCase(CacheRefresh.Never)]
    public void Builds_after_a_request_share_what_it_brought(CacheRefresh refresh) =>
        Assert.That(
            CacheEpoch.Of(refresh, Monday, 4, OfTuesday, Tuesday.AddHours(1), false),
            Is.EqualTo(OfTuesday),
            "the epoch of Monday has older packages in the cache"
        );

    [Test]
    public void A_newer_tick_goes_before_a_request() =>
        Assert.That(
            CacheEpoch.Of(CacheRefresh.OnSchedule, Monday.AddDays(7), 4, OfTuesday, Monday.AddDays(8), false),
            Is.EqualTo("2026-11-30T09:00:00Z")
        );

    [Test]
    public void An_epoch_that_a_wrong_clock_wrote_keeps_no_tick_out() =>
        Assert.That(
            CacheEpoch.Of(CacheRefresh.OnSchedule, Monday, 4, "2096-01-01T00:00:00Z-b3", Tuesday, false),
            Is.EqualTo("2026-11-23T09:00:00Z")
        );

    [TestCase("b3")]
    [TestCase("2026-11-24T09:00:00Z")]
    [TestCase("2026-11-24T09:00:00Z-b")]
    [TestCase("2026-99-24T09:00:00Z-b3")]
    public void An_epoch_of_another_kind_is_not_carried_on(string before) =>
        Assert.That(CacheEpoch.Of(CacheRefresh.Never, null, 4, before, Tuesday, false), Is.Empty);

    [TestCase("now", false)]
    [TestCase("2026-11-28T10:00Z", false)]
    [TestCase("2026-11-28T10:00Z cached", true)]
    [TestCase("2026-11-28T10:00Z\tcached ", true)]
    [TestCase("2026-11-28T10:00Z cached: again", true)]
    [TestCase("2026-11-28T10:00Z cached layers are stale", false)]
    [TestCase("2026-11-28T10:00Z not cached", false)]
    [TestCase("cached", false, Description = "a value's first word only tells it from others")]
    [TestCase("", false)]
    public void The_second_word_of_a_request_keeps_the_cache(string value, bool keeps) =>
        Assert.That(RebuildRequest.KeepsCache(value), Is.EqualTo(keeps));

    [Test]
    public void A_request_by_hand_fetches_packages_anew_unless_it_says_otherwise()
    {
        Assert.That(EpochOf("now"), Does.EndWith("Z-b2"));
        Assert.That(EpochOf("now cached"), Is.Empty);
    }

    [Test]
    public void What_repeats_a_failed_answer_goes_on_with_its_layers()
    {
        var asked = Started(A.Snapshot(A.BaseImage().Knowing(1).Asking("now"), builds: [A.Build(1).Succeeded()]));
        var answer = A.Build(2).Answering("now").Superseded(A.Morning.AddMinutes(-10));
        answer = answer with
        {
            Spec = answer.Spec! with
            {
                Reasons = [BuildReason.Requested],
                Resolved = answer.Spec.Resolved with { CacheEpoch = asked.Spec!.Resolved.CacheEpoch },
            },
        };
        var next = Started(
            A.Snapshot(A.BaseImage().Knowing(1).Asking("now"), builds: [answer, A.Build(1).Succeeded()])
        );
        Assert.That(next.Spec!.Reasons, Has.Some.EqualTo(WireEnum<BuildReason>.From(BuildReason.Requested)));
        Assert.That(next.Spec.Resolved.CacheEpoch, Is.EqualTo(asked.Spec.Resolved.CacheEpoch).And.Not.Empty);
    }

    private static string EpochOf(string request) =>
        Started(
            A.Snapshot(A.BaseImage().Knowing(1).Asking(request), builds: [A.Build(1).Succeeded()])
        ).Spec!.Resolved.CacheEpoch;

    private static string Of(CacheRefresh refresh, DateTimeOffset tick) =>
        CacheEpoch.Of(refresh, tick, 7, "", tick, isAskedFor: false);
}
