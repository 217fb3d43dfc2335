using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using static Operator.Tests.BaseImages.Freshness.Decided;

namespace Operator.Tests.BaseImages.Freshness;

/// <summary>When a registry is asked what a base is now, and what its answer leads to.</summary>
internal sealed class BaseDigestTests
{
    [Test]
    public void A_new_object_first_learns_what_its_base_is()
    {
        Assert.That(
            ImagePlanner.Decide(A.Snapshot()),
            Is.EqualTo(new ImageDecision.ResolveBase(A.Base, ForBuild: true, A.Morning.AddMinutes(-5)))
        );
    }

    [Test]
    public void A_base_digest_from_yesterday_is_asked_for_again_before_a_first_build()
    {
        var image = A.BaseImage().Knowing(7, A.Morning.AddDays(-1));
        Assert.That(
            ImagePlanner.Decide(A.Snapshot(image)),
            Is.EqualTo(new ImageDecision.ResolveBase(A.Base, ForBuild: true, A.Morning.AddMinutes(-5)))
        );
    }

    [Test]
    public void A_moved_tag_builds_on_the_new_digest()
    {
        var image = A.BaseImage().Knowing(2);
        var build = Started(A.Snapshot(image, builds: [A.Build(1, baseDigest: 1).Succeeded()]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Spec!.Reasons, Is.EqualTo(new[] { BuildReason.BaseDigestChange }));
            Assert.That(build.Spec.Resolved.BaseDigest, Is.EqualTo(A.Digest(2)));
            Assert.That(build.Spec.Changes.Single().Old, Is.EqualTo(A.Digest(1)));
        }
    }

    [Test]
    public void A_moved_tag_waits_for_the_storm_guard()
    {
        var created = A.Morning.AddMinutes(-10);
        var decision = ImagePlanner.Decide(
            A.Snapshot(A.BaseImage().Knowing(2), builds: [A.Build(1, created: created).Succeeded()])
        );
        Assert.That(
            decision,
            Is.InstanceOf<ImageDecision.Wait>().With.Property("Until").EqualTo(created.AddMinutes(30))
        );
    }

    [Test]
    public void A_registry_that_names_another_digest_at_every_poll_builds_no_oftener_than_minInterval()
    {
        var image = A.BaseImage(s =>
            s with
            {
                Triggers = s.Triggers with
                {
                    BaseDigest = new BaseDigestTrigger { Interval = "5m" },
                    MinInterval = "1h",
                },
            }
        );
        List<GemmaBuild> builds = [A.Build(1, created: A.Morning.AddDays(-1)).Succeeded()];
        var (now, polls) = (A.Morning, 0);
        for (var end = now.AddDays(1); now < end; now = now.AddMinutes(1))
        {
            switch (ImagePlanner.Decide(A.Snapshot(image, builds: builds, now: now)))
            {
                case ImageDecision.ResolveBase:
                    image = image.Knowing(++polls + 1, now);
                    break;
                case ImageDecision.StartBuild start:
                    start.Build.Metadata.CreationTimestamp = now;
                    builds.Insert(0, start.Build.Succeeded());
                    break;
            }
        }

        Assert.That(polls, Is.GreaterThan(10));
        Assert.That(builds, Has.Count.InRange(24, 26));
    }

    [Test]
    public void An_old_digest_of_the_base_is_polled_again_after_the_interval()
    {
        var image = A.BaseImage().Knowing(1, A.Morning.AddHours(-6));
        Assert.That(
            ImagePlanner.Decide(A.Snapshot(image, builds: [A.Build(1).Succeeded()])),
            Is.EqualTo(new ImageDecision.ResolveBase(A.Base, ForBuild: false, A.Morning.AddHours(-6)))
        );
    }

    [Test]
    public void A_build_for_a_changed_spec_stands_on_what_the_tag_is_now()
    {
        var image = A.BaseImage().Knowing(1, A.Morning.AddHours(-1));
        var decision = ImagePlanner.Decide(A.Snapshot(image, A.Inputs("i2"), [A.Build(1).Succeeded()]));
        Assert.That(
            decision,
            Is.EqualTo(new ImageDecision.ResolveBase(A.Base, ForBuild: true, A.Morning.AddMinutes(-5)))
        );
    }

    [Test]
    public void A_new_server_on_a_known_base_asks_no_registry_for_it()
    {
        var image = A.BaseImage().Knowing(1, A.Morning.AddHours(-1));
        Assert.That(Started(A.Snapshot(image, A.Inputs(publish: "p2"), [A.Build(1).Succeeded()])).ReusesBase);
    }

    [Test]
    public void An_answer_from_the_future_is_asked_for_again()
    {
        var image = A.BaseImage().Knowing(1, A.Morning.AddDays(1));
        Assert.That(
            ImagePlanner.Decide(A.Snapshot(image, builds: [A.Build(1).Succeeded()])),
            Is.InstanceOf<ImageDecision.ResolveBase>()
        );
    }

    private static readonly ResolvedBase[] EditedByHand =
    [
        new()
        {
            Reference = A.BaseReference,
            Digest = "sha256:abc",
            CheckedAt = A.Morning,
        },
        new()
        {
            Reference = A.BaseReference,
            Digest = "",
            CheckedAt = A.Morning,
        },
        new()
        {
            Reference = "no reference at all",
            Digest = A.Digest(2),
            CheckedAt = A.Morning,
        },
    ];

    [Test]
    public void A_recorded_base_that_cannot_be_read_counts_as_unknown_and_is_asked_for_anew(
        [ValueSource(nameof(EditedByHand))] ResolvedBase recorded,
        [Values] bool isSettled
    )
    {
        var image = A.BaseImage() with { Status = new GemmaBaseImageStatus { ResolvedBase = recorded } };
        var snapshot = A.Snapshot(image, builds: isSettled ? [A.Build(1).Succeeded()] : []);
        var decision = ImagePlanner.Decide(snapshot);
        var before = A.Morning.AddMinutes(-5);
        Assert.That(
            decision,
            Is.EqualTo(new ImageDecision.ResolveBase(A.Base, !isSettled, isSettled ? A.Morning.AddHours(-6) : before))
        );
        var down = new ImageOutcome { Base = new UpstreamBaseResolution.Unavailable(A.Base, "down") };
        Assert.That(
            ImageStatusFold.Fold(snapshot, decision, new RolloutDecision.Unmanaged(), down).ResolvedBase,
            Is.Null
        );
    }

    [Test]
    public void A_tag_that_goes_back_to_the_base_of_the_good_image_builds_nothing()
    {
        var failed = A.Build(2, baseDigest: 2).Failed();
        Assert.That(
            ImagePlanner.Decide(A.Snapshot(A.BaseImage().Knowing(1), builds: [failed, A.Build(1).Succeeded()])),
            Is.InstanceOf<ImageDecision.Settled>()
        );
    }
}
