using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Retention;

namespace Operator.Tests.BaseImages.Retention;

/// <summary>
/// Builds that found nothing changed have no image of their own, and push nobody's out of the history.
/// </summary>
internal sealed class UnchangedRetentionTests
{
    private static GemmaBaseImage Image(ConfirmedImage? confirmed = null) =>
        A.BaseImage(s =>
            s with
            {
                Retention = new RetentionSpec
                {
                    SuccessfulBuilds = 2,
                    Images = new ImageRetention { Policy = ImageRetentionPolicy.Delete, Keep = 2 },
                },
            }
        ) with
        {
            Status = new GemmaBaseImageStatus { Confirmed = confirmed },
        };

    [Test]
    public void A_year_without_a_change_leaves_what_can_be_gone_back_to()
    {
        GemmaBuild[] builds = [Same(9), Same(8), Same(7), Same(6), Same(5), Made(4), Made(3), Made(2)];
        Assert.That(
            RetentionPolicy.Decide(A.Snapshot(Image(), builds: builds)).Select(b => b.Number),
            Is.EquivalentTo([2, 5, 6, 7]),
            "two that made an image and two that didn't stay"
        );
    }

    [Test]
    public void A_build_whose_image_another_stands_for_stays_until_that_one_has_gone()
    {
        Assert.That(
            RetentionPolicy.Decide(A.Snapshot(Image(), builds: [Made(4), Made(3), Same(2), Made(1)])),
            Is.Empty
        );
        Assert.That(
            RetentionPolicy.Decide(A.Snapshot(Image(), builds: [Made(4), Made(3), Made(1)])).Select(b => b.Number),
            Is.EqualTo([1])
        );
    }

    [Test]
    public void An_image_that_was_given_up_goes_at_once_and_is_asked_for_once()
    {
        GemmaBuild[] builds = [Same(2), Made(1)];
        var told = new ConfirmedImage { Build = "gemma-b2" };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                RetentionPolicy.Discarded(A.Snapshot(Image(), builds: builds)).Select(b => b.Number),
                Is.EqualTo([2])
            );
            Assert.That(RetentionPolicy.Discarded(A.Snapshot(Image(told), builds: builds)), Is.Empty);
            Assert.That(RetentionPolicy.Discarded(A.Snapshot(A.BaseImage(), builds: builds)), Is.Empty);
        }
    }

    [Test]
    public void Only_its_own_image_is_given_up()
    {
        var same = Same(2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                ImageDisposalPolicy.Discarded(same, [same, Made(1)], []).Select(i => i.Digest),
                Is.EqualTo([A.Digest(102)])
            );
            Assert.That(
                ImageDisposalPolicy.Decide(same, [same], []).Select(i => i.Digest),
                Is.EqualTo([A.Digest(102)]),
                "what is published isn't its own"
            );
        }
    }

    private static GemmaBuild Made(long number) => A.Build(number).Succeeded();

    /// <summary>As a build ends that found what build 1 published.</summary>
    private static GemmaBuild Same(long number)
    {
        var published = A.Build(1).Succeeded().Status!;
        return A.Build(number) with
        {
            Status = published with
            {
                Conditions = [A.Condition(ConditionType.Succeeded, "True", ImageReason.BuildSucceeded.NothingChanged)],
                Discarded = A.Image(number),
            },
        };
    }
}
