using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Hub;
using GemmaOperator.Registry.References;
using Operator.Tests.Hub;

namespace Operator.Tests.BaseImages.Weights;

public sealed class ModelFreshnessTests
{
    private static readonly GemmaBaseImage Image = A.BaseImage().With(Weighted.OnHub());

    [Test]
    public void A_build_waits_until_its_weights_are_known_to_be_there()
    {
        var before = Weighted.Snapshot(Image);
        Assert.That(ModelFreshness.Decide(before), Is.TypeOf<ModelDecision.Ask>());
        Assert.That(ImagePlanner.Decide(before), Is.TypeOf<ImageDecision.Wait>());
        var after = Weighted.Snapshot(Known(Image, A.Morning.AddDays(-9)));
        Assert.That(ModelFreshness.Decide(after), Is.EqualTo(new ModelDecision.Leave(null)));
        Assert.That(ImagePlanner.Decide(after), Is.TypeOf<ImageDecision.StartBuild>());
    }

    [Test]
    public void What_was_known_of_another_source_is_not_known_of_this_one()
    {
        var other = A.BaseImage().With(Weighted.OnHub("v2")).Recording(Known(Image, A.Morning).Status!.Model!);
        Assert.That(ModelFreshness.Decide(Weighted.Snapshot(other)), Is.TypeOf<ModelDecision.Ask>());
        Assert.That(
            ModelStatusFold.Fold(Weighted.Snapshot(other), null),
            Is.EqualTo(
                new ModelStatus
                {
                    Source = ModelSource.Hub,
                    Reference = $"hub:{Weighted.Endpoint}/{HubServer.Repository}@v2",
                }
            )
        );
    }

    [TestCase("main", true, 5, 1.0, TestName = "A_branch_is_followed_where_the_spec_asks_for_it")]
    [TestCase("main", true, 6, null, TestName = "A_branch_is_asked_for_when_its_interval_is_over")]
    [TestCase("main", true, -1, null, TestName = "An_answer_from_the_future_counts_for_nothing")]
    public void Polls(string revision, bool enabled, int hoursAgo, double? nextInHours)
    {
        var image = Known(Following(revision, enabled), A.Morning.AddHours(-hoursAgo));
        Assert.That(
            ModelFreshness.Decide(Weighted.Snapshot(image)),
            Is.EqualTo(
                nextInHours is { } hours
                    ? (ModelDecision)new ModelDecision.Leave(A.Morning.AddHours(hours))
                    : new ModelDecision.Ask(A.Morning.AddHours(-6))
            )
        );
    }

    [TestCase("main", false, TestName = "A_branch_isn_t_followed_unless_the_spec_asks_for_it")]
    [TestCase("1111111111111111111111111111111111111111", true, TestName = "A_commit_can_t_move")]
    public void Once(string revision, bool enabled) =>
        Assert.That(
            ModelFreshness.Decide(Weighted.Snapshot(Known(Following(revision, enabled), A.Morning.AddDays(-99)))),
            Is.EqualTo(new ModelDecision.Leave(null))
        );

    [Test]
    public void Nobody_is_asked_for_what_only_publishes_or_is_refused_or_going_or_in_a_claim()
    {
        var publishing = Image with
        {
            Spec = Image.Spec! with { Rollout = Image.Spec.Rollout with { Mode = RolloutMode.PublishOnly } },
        };
        var going = A.BaseImage().With(Weighted.OnHub());
        going.Metadata.DeletionTimestamp = A.Morning;
        ImageSnapshot[] silent =
        [
            Weighted.Snapshot(publishing),
            Weighted.Snapshot(Image, inputs: new BuildRequest.Refused(ImageReason.Stalled.InvalidSpec, "bad")),
            Weighted.Snapshot(going),
            Weighted.Snapshot(A.BaseImage().With(new ModelSpec { ExistingClaim = "weights" })),
            Weighted.Snapshot(A.BaseImage()),
        ];
        Assert.That(silent.Select(ModelFreshness.Decide), Is.All.EqualTo(new ModelDecision.Leave(null)));
    }

    [Test]
    public void A_suspended_object_follows_nothing()
    {
        var image = Following("main", enabled: true);
        image = image with { Spec = image.Spec! with { Suspend = true } };
        Assert.That(
            ModelFreshness.Decide(Weighted.Snapshot(Known(image, A.Morning.AddDays(-9)))),
            Is.EqualTo(new ModelDecision.Leave(null))
        );
    }

    [Test]
    public void The_status_keeps_an_answer_until_the_next()
    {
        var declared = Image.Declared();
        var commit = HubCommit.Parse(HubServer.Commit(3));
        var answer = new ModelResolution.Resolved(
            new ModelIdentity(declared, commit, null, 300, A.Morning) { ModelType = "gemma" }
        );
        var first = ModelStatusFold.Fold(Weighted.Snapshot(Image), answer)!;
        Assert.That(
            (first.Revision, first.SizeBytes, first.ModelType, first.CheckedAt),
            Is.EqualTo((HubServer.Commit(3), 300L, "gemma", A.Morning))
        );
        var later = Weighted.Snapshot(Image.Recording(first));
        Assert.That(ModelStatusFold.Fold(later, new ModelResolution.Unavailable("away")), Is.EqualTo(first));
        Assert.That(later.KnownModel, Is.EqualTo(answer.Identity));
        Assert.That(ModelStatusFold.Fold(Weighted.Snapshot(A.BaseImage().Recording(first)), null), Is.Null);
    }

    private static GemmaBaseImage Following(string revision, bool enabled)
    {
        var image = A.BaseImage().With(Weighted.OnHub(revision));
        return image with
        {
            Spec = image.Spec! with
            {
                Triggers = image.Spec.Triggers with { Model = new ModelTrigger { Enabled = enabled } },
            },
        };
    }

    private static GemmaBaseImage Known(GemmaBaseImage image, DateTime checkedAt) =>
        image.Recording(
            new ModelStatus
            {
                Source = ModelSource.Hub,
                Reference = image.Declared().Text,
                Revision = HubServer.Commit(1),
                CheckedAt = checkedAt,
            }
        );
}
