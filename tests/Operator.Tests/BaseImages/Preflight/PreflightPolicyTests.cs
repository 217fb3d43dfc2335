using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Preflight;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;

namespace Operator.Tests.BaseImages.Preflight;

/// <summary>What was looked up decides, and time decides between waiting and asking the user.</summary>
internal sealed class PreflightPolicyTests
{
    private static readonly NamedObject Weights = new(
        "spec.rollout.server.model.existingClaim",
        "PersistentVolumeClaim",
        "weights"
    );

    [Test]
    public void What_was_not_looked_up_holds_up_nothing()
    {
        var s = A.Snapshot(A.BaseImage().Knowing(1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ImagePlanner.IsAboutToBuild(s));
            Assert.That(PreflightPolicy.ForBuild(s), Is.Null);
            Assert.That(ImagePlanner.Decide(With(s, new PreflightFacts())), Is.InstanceOf<ImageDecision.StartBuild>());
        }
    }

    [Test]
    public void Nothing_is_looked_up_while_nothing_is_due()
    {
        var s = A.Snapshot(A.BaseImage().Knowing(1), builds: [A.Build(1).Succeeded()]);
        Assert.That(ImagePlanner.IsAboutToBuild(s), Is.False);
    }

    [Test]
    public void Missing_objects_come_before_registries_and_both_before_a_build()
    {
        var s = With(
            A.Snapshot(A.BaseImage().Knowing(1)),
            new PreflightFacts { Missing = [Weights], Server = new ServerImageAnswer.Missing("404") }
        );
        var withheld = (ImageDecision.Withhold)ImagePlanner.Decide(s);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((withheld.Hindrance as Hindrance.Missing)?.Object, Is.EqualTo(Weights));
            Assert.That(withheld.Until, Is.EqualTo(A.Morning.AddSeconds(30)));
        }
    }

    [TestCase(0, 30)]
    [TestCase(299, 30)]
    [TestCase(300, 60)]
    [TestCase(86_400, 60)]
    public void What_has_stood_for_long_is_looked_at_once_a_minute(int seconds, int pause)
    {
        var now = A.Morning.AddSeconds(seconds);
        var facts = new PreflightFacts { Server = new ServerImageAnswer.Missing("404") };
        var first = With(A.Snapshot(A.BaseImage().Knowing(1)), facts);
        var stalled = ImageStatusFold.Fold(
            first,
            ImagePlanner.Decide(first),
            RolloutPlanner.Decide(first),
            new ImageOutcome()
        );
        var s = With(A.Snapshot(A.BaseImage() with { Status = stalled }, now: now), facts);
        var away = With(s, new PreflightFacts { Server = new ServerImageAnswer.Unavailable("gone") });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(((ImageDecision.Withhold)ImagePlanner.Decide(s)).Until, Is.EqualTo(now.AddSeconds(pause)));
            Assert.That(
                ((ImageDecision.Withhold)ImagePlanner.Decide(away)).Until - now,
                Is.InRange(TimeSpan.FromSeconds(pause), TimeSpan.FromSeconds(2 * pause))
            );
        }
    }

    [Test]
    public void The_operators_default_is_named_where_the_spec_names_no_server_image()
    {
        var image = A.BaseImage(s => s with { Rollout = s.Rollout with { Server = new ServerSpec() } }).Knowing(1);
        var s = With(A.Snapshot(image), new PreflightFacts { Server = new ServerImageAnswer.Missing("404") });
        Assert.That(
            ((ImageDecision.Withhold)ImagePlanner.Decide(s)).Hindrance.Message,
            Does.StartWith(
                "spec.rollout.server.image: it is empty, and the operator's default (--server-image) is used"
            )
        );
    }

    [TestCase(0, "Reconciling", "AwaitingObject")]
    [TestCase(299, "Reconciling", "AwaitingObject")]
    [TestCase(300, "Stalled", "ObjectNotFound")]
    public void A_missing_object_is_waited_for_and_then_asked_for(int seconds, string type, string reason)
    {
        var first = Fold(A.BaseImage().Knowing(1), A.Morning);
        var later = Fold(A.BaseImage() with { Status = first }, A.Morning.AddSeconds(seconds));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(later.Missing!.Since, Is.EqualTo(A.Morning), "since when is kept");
            Assert.That(later.Conditions.Single(c => c.Type is "Stalled" or "Reconciling").Type, Is.EqualTo(type));
            Assert.That(later.Conditions.Single(c => c.Type == type).Reason, Is.EqualTo(reason));
        }
    }

    [Test]
    public void Another_missing_object_is_waited_for_anew_and_one_that_came_is_forgotten()
    {
        var first = Fold(A.BaseImage().Knowing(1), A.Morning);
        var image = A.BaseImage() with { Status = first };
        var other = Fold(image, A.Morning.AddMinutes(4), Weights with { Name = "others" });
        var s = With(A.Snapshot(image, now: A.Morning.AddMinutes(4)), new PreflightFacts());
        var found = ImageStatusFold.Fold(s, ImagePlanner.Decide(s), RolloutPlanner.Decide(s), new ImageOutcome());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(other.Missing!.Since, Is.EqualTo(A.Morning.AddMinutes(4)));
            Assert.That(found.Missing, Is.Null);
        }
    }

    private static GemmaBaseImageStatus Fold(GemmaBaseImage image, DateTime now, NamedObject? missing = null)
    {
        var s = With(A.Snapshot(image, now: now), new PreflightFacts { Missing = [missing ?? Weights] });
        return ImageStatusFold.Fold(s, ImagePlanner.Decide(s), RolloutPlanner.Decide(s), new ImageOutcome());
    }

    private static ImageSnapshot With(ImageSnapshot s, PreflightFacts facts) =>
        s with
        {
            Preflight = facts with { IsForBuild = true },
        };
}
