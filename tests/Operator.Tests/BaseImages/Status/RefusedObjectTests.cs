using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Status;
using k8s.Models;

namespace Operator.Tests.BaseImages.Status;

/// <summary>What is refused of any object stands in the conditions, and stalls nothing that serves.</summary>
internal sealed class RefusedObjectTests
{
    private static readonly GemmaBaseImage Image = A.BaseImage(s =>
            s with
            {
                Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly },
            }
        )
        .Knowing(1);

    [TestCase("ObjectRefused")]
    [TestCase("InternalError")]
    public void What_stalls_a_build_stalls_its_parent_in_the_same_words(string reason)
    {
        var status = Fold(A.Snapshot(Image, builds: [Stalled(A.Build(1), reason)]));
        var stalled = status.Conditions.Single(c => c.Type == ConditionType.Stalled);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stalled.Reason, Is.EqualTo(reason));
            Assert.That(stalled.Message, Does.Contain(A.Build(1).BuildName).And.Contain("no Jobs today"));
            Assert.That(status.Conditions.Any(c => c.Type == ConditionType.Reconciling), Is.False);
        }
    }

    [Test]
    public void A_refresh_that_is_stalled_leaves_what_is_published_Ready_and_says_so()
    {
        var status = Fold(A.Snapshot(Image, builds: [Stalled(A.Build(2), "ObjectRefused"), A.Build(1).Succeeded()]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of(status, "Ready")!.Status, Is.EqualTo("True"));
            Assert.That(Of(status, "Fresh")!.Reason, Is.EqualTo("RefreshFailed"));
            Assert.That(Of(status, "Reconciling")!.Message, Does.Contain("no Jobs today"));
            Assert.That(Of(status, "Stalled"), Is.Null);
        }
    }

    [Test]
    public void What_is_refused_beside_what_serves_is_told_and_makes_nothing_unready()
    {
        var outcome = new ImageOutcome { OtherRefused = "the API server refuses to delete gemmabuilds x" };
        var status = Fold(A.Snapshot(Image, builds: [A.Build(1).Succeeded()]), outcome);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of(status, "Ready")!.Status, Is.EqualTo("True"));
            Assert.That(Of(status, "Reconciling")!.Reason, Is.EqualTo("ObjectRefused"));
            Assert.That(outcome.IsRefused, "it is tried again");
        }
    }

    private static GemmaBaseImageStatus Fold(ImageSnapshot s, ImageOutcome? outcome = null)
    {
        var plan = ImagePlan.Decide(s);
        return ImageStatusFold.Fold(s, plan.Freshness.Decision, plan.Rollout.Decision, outcome ?? new ImageOutcome());
    }

    private static V1Condition? Of(GemmaBaseImageStatus status, string type) =>
        status.Conditions.FirstOrDefault(c => c.Type == type);

    private static GemmaBuild Stalled(GemmaBuild build, string reason) =>
        build with
        {
            Status = new GemmaBuildStatus
            {
                Conditions =
                [
                    new V1Condition
                    {
                        Type = ConditionType.Stalled,
                        Status = "True",
                        Reason = reason,
                        Message = "no Jobs today",
                        LastTransitionTime = A.Morning,
                    },
                ],
            },
        };
}
