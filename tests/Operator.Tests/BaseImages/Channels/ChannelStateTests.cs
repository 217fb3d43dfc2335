using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Channels;
using GemmaOperator.Api.Words;
using static Operator.Tests.BaseImages.Channels.Channeled;

namespace Operator.Tests.BaseImages.Channels;

/// <summary>What becomes of a version that was taken, by the builds that are there.</summary>
internal sealed class ChannelStateTests
{
    [Test]
    public void A_pinned_base_has_no_state_and_a_base_without_a_line_neither()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Settled(A.BaseImage()), Is.Null);
            Assert.That(Settle(Image(BaseChannel.Pinned, Remembered(taken: "2.10.1"))), Is.Null);
            Assert.That(
                Settle(Image(change: s => s with { Base = s.Base! with { Image = "nvidia/pytorch:25.10-py3" } })),
                Is.Null
            );
        }
    }

    [Test]
    public void What_was_taken_is_built_on() =>
        Assert.That(
            Settled(Image(status: Remembered(taken: "2.11.0", from: "2.10.0")))!.Base.Pytorch,
            Is.EqualTo("2.11.0")
        );

    [Test]
    public void Another_base_begins_anew()
    {
        var image = Image(
            status: Remembered(taken: "2.11.0", from: "2.10.0", refused: "2.12.0"),
            change: s => s with { Base = s.Base! with { Pytorch = "2.10.1" } }
        );
        Assert.That(
            Settle(image),
            Is.EqualTo(new ChannelStatus { Channel = BaseChannel.Minor, Declared = On("2.10.1") })
        );
    }

    [TestCase("2.10.1", "2.10.1")]
    [TestCase("2.11.0", null)]
    public void Another_channel_keeps_what_it_reaches_and_forgets_what_was_refused(string taken, string? kept)
    {
        var state = Settle(Image(BaseChannel.Patch, Remembered(taken: taken, from: "2.10.0", refused: "2.12.0")))!;
        Assert.That(state.Taken, Is.EqualTo(kept is null ? null : On(kept)));
        Assert.That(state.Refused, Is.Null);
    }

    [TestCase("evil.example/pytorch:2.11.0-cuda12.8-cudnn9-runtime")]
    [TestCase("pytorch/pytorch:2.9.0-cuda12.8-cudnn9-runtime")]
    [TestCase("pytorch/pytorch:3.0.0-cuda12.8-cudnn9-runtime")]
    [TestCase("\u001b[31m")]
    public void What_somebody_wrote_into_the_status_is_not_built_on(string taken)
    {
        var facts = Settled(Image(status: Remembered() with { Taken = taken }))!;
        Assert.That((facts.State.Taken, facts.Version.ToString()), Is.EqualTo(((string?)null, "2.10.0")));
    }

    [Test]
    public void A_version_whose_image_serves_has_proved_itself()
    {
        var image = Image(status: Remembered(taken: "2.11.0", from: "2.10.0"));
        IReadOnlyList<GemmaBuild> builds = [Build(2, "2.11.0").Succeeded(), Build(1, "2.10.0").Succeeded()];
        Assert.That(Settle(image, builds)!.ProvedAt, Is.Null);
        image = image with { Status = image.Status! with { ServingImage = A.Image(2, "gemma-base-service") } };
        Assert.That(Settle(image, builds)!.ProvedAt, Is.EqualTo(A.Morning));
    }

    [Test]
    public void A_version_is_proved_by_its_publication_where_nothing_serves()
    {
        var image = Image(
            status: Remembered(taken: "2.11.0", from: "2.10.0"),
            change: s => s with { Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly } }
        );
        Assert.That(Settle(image, [Build(2, "2.11.0").Succeeded()])!.ProvedAt, Is.EqualTo(A.Morning));
    }

    [Test]
    public void A_version_whose_build_failed_is_given_up_for_the_one_before()
    {
        var state = Settle(
            Image(status: Remembered(taken: "2.11.0", from: "2.10.0")),
            [Build(2, "2.11.0").Failed("VersionMismatch"), Build(1, "2.10.0").Succeeded()]
        )!;
        var refused = state.Refused!.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(state.Taken, Is.Null);
            Assert.That((state.From, state.ProvedAt), Is.EqualTo(((string?)null, (DateTime?)null)));
            Assert.That((refused.Version, refused.Build), Is.EqualTo(("2.11.0", "gemma-b2")));
            Assert.That(refused.Message, Does.StartWith("VersionMismatch"));
        }
    }

    [Test]
    public void The_way_back_leads_to_what_had_proved_itself()
    {
        var state = Settle(
            Image(status: Remembered(taken: "2.12.0", from: "2.11.0")),
            [Build(3, "2.12.0").Failed(), Build(2, "2.11.0").Succeeded()]
        )!;
        Assert.That((state.Taken, state.ProvedAt), Is.EqualTo((On("2.11.0"), A.Morning)));
    }

    [Test]
    public void A_version_whose_image_the_rollout_rejected_is_given_up_whatever_was_built_since()
    {
        var rejected = Build(2, "2.11.0").Succeeded();
        var image = Image(status: Remembered(taken: "2.11.0", from: "2.10.0"));
        image = image with { Status = image.Status! with { RejectedDigests = [rejected.Status!.Application!.Digest] } };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Settle(image, [rejected])!.Refused!.Single().Message, Does.Contain("rejected in the rollout"));
            // The operator ended after it had made the build that goes back, and before it wrote why.
            Assert.That(Settle(image, [Build(3, "2.10.0"), rejected])!.Taken, Is.Null);
        }
    }

    [Test]
    public void A_good_image_that_has_not_served_yet_keeps_its_version_whatever_fails_after_it()
    {
        var good = Build(2, "2.11.0").Succeeded();
        var image = Image(status: Remembered(taken: "2.11.0", from: "2.10.0"));
        IReadOnlyList<GemmaBuild> builds = [Build(3, "2.11.0").Failed("DependencyResolutionFailed"), good];
        Assert.That(Settle(image, builds)!.Taken, Is.EqualTo(On("2.11.0")));
        image = image with { Status = image.Status! with { RejectedDigests = [good.Status!.Application!.Digest] } };
        Assert.That(Settle(image, builds)!.Taken, Is.Null, "nothing good is left");
    }

    [Test]
    public void A_spec_that_changed_meanwhile_may_be_what_failed_and_is_built_on_the_base_before_first()
    {
        var image = Image(status: Remembered(taken: "2.12.0", from: "2.11.0") with { CheckedAt = A.Morning });
        var failed = Build(3, "2.12.0", "nump==1").Failed("DependencyResolutionFailed");
        var (inputs, former) = (Inputs("2.12.0", "nump==1"), Inputs("2.11.0", "nump==1"));
        var unknown = Settled(image, [failed, Build(2, "2.11.0").Succeeded()], inputs, former)!.State;
        var known = Settled(image, [failed, Build(2, "2.11.0", "nump==1").Succeeded()], inputs, former)!.State;
        var mended = Settled(
            image,
            [Build(4, "2.11.0", "numpy==1").Succeeded(), failed],
            Inputs("2.12.0", "numpy==1"),
            Inputs("2.11.0", "numpy==1")
        )!.State;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((unknown.Taken, unknown.CheckedAt), Is.EqualTo((On("2.11.0"), (DateTime?)null)));
            Assert.That(unknown.Refused, Is.Null, "it is taken again once the spec is good on the base before");
            Assert.That(known.Refused, Has.Count.EqualTo(1), "nothing but the base is another");
            Assert.That((known.Taken, known.CheckedAt), Is.EqualTo((On("2.11.0"), (DateTime?)A.Morning)));
            Assert.That(mended.Taken, Is.EqualTo(On("2.12.0")), "what failed was another spec");
        }
    }

    [Test]
    public void However_many_versions_fail_the_newest_of_each_minor_is_remembered()
    {
        var state = Settle(
            Image(
                status: Remembered(
                    taken: "2.11.9",
                    from: "2.10.0",
                    refused: ["2.11.8", "2.11.7", "2.11.6", "2.11.5", "2.11.4", "2.11.3", "2.11.2", "2.10.1"]
                )
            ),
            [Build(9, "2.11.9").Failed()]
        )!;
        Assert.That(state.Refused!.Select(r => r.Version), Is.EqualTo(new[] { "2.11.9", "2.10.1" }));
    }

    [TestCase(FailureKind.Transient)]
    [TestCase(FailureKind.External)]
    public void What_may_pass_or_be_mended_elsewhere_is_not_held_against_a_version(FailureKind kind) =>
        Assert.That(
            Settle(
                Image(status: Remembered(taken: "2.11.0", from: "2.10.0")),
                [Build(2, "2.11.0").FailedOf(kind)]
            )!.Taken,
            Is.EqualTo(On("2.11.0"))
        );

    [Test]
    public void A_build_that_runs_or_gave_way_says_nothing_of_its_version()
    {
        var image = Image(status: Remembered(taken: "2.11.0", from: "2.10.0"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Settle(image, [Build(2, "2.11.0")])!.Taken, Is.EqualTo(On("2.11.0")));
            Assert.That(Settle(image, [Build(2, "2.11.0").Superseded(A.Morning)])!.Taken, Is.EqualTo(On("2.11.0")));
        }
    }

    [Test]
    public void A_version_that_has_proved_itself_is_not_given_up_for_a_later_failure() =>
        Assert.That(
            Settle(
                Image(status: Remembered(taken: "2.11.0", from: "2.10.0", hasProved: true)),
                [Build(9, "2.11.0").Failed()]
            )!.Taken,
            Is.EqualTo(On("2.11.0"))
        );

    private static ChannelStatus? Settle(GemmaBaseImage image, IReadOnlyList<GemmaBuild>? builds = null) =>
        Settled(image, builds)?.State;
}
