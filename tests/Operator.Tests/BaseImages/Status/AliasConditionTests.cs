using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using k8s.Models;

namespace Operator.Tests.BaseImages.Status;

/// <summary>
/// Verified work survives a cosmetic failure: an object is as ready as its image, whatever its tags are.
/// </summary>
internal sealed class AliasConditionTests
{
    private static readonly GemmaBaseImage Image = A.BaseImage(s =>
            s with
            {
                Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly },
            }
        )
        .Knowing(1);

    [Test]
    public void Alias_a_tag_that_is_stuck_has_a_condition_of_its_own_and_an_event_once()
    {
        var stuck = Fold(Image, Told(A.Build(2), "False", "TagImmutable"));
        var told = ImageEvents.Between(new GemmaBaseImageStatus(), stuck, new ImageOutcome()).ToList();
        var again = ImageEvents.Between(stuck, stuck, new ImageOutcome());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of(stuck, "AliasTagsCurrent"), Is.EqualTo("False TagImmutable"));
            Assert.That(Of(stuck, "Ready"), Is.EqualTo("True Published"));
            Assert.That(Of(stuck, "Fresh"), Is.EqualTo("True UpToDate"));
            Assert.That(told.Count(e => e is { IsWarning: true, Reason: "TagImmutable" }), Is.EqualTo(1));
            Assert.That(again.Select(e => e.Reason), Has.No.Member("TagImmutable"));
        }
    }

    [Test]
    public void Alias_the_condition_is_absent_without_tags_and_true_for_builds_of_an_older_release()
    {
        var none = A.BaseImage(s =>
                s with
                {
                    Output = s.Output with { AliasTags = [] },
                    Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly },
                }
            )
            .Knowing(1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of(Fold(none, A.Build(1).Succeeded()), "AliasTagsCurrent"), Is.Null);
            Assert.That(Of(Fold(Image, A.Build(1).Failed()), "AliasTagsCurrent"), Is.Null, "nothing is published");
            Assert.That(Of(Fold(Image, A.Build(1).Succeeded()), "AliasTagsCurrent"), Is.EqualTo("True TagsMoved"));
            Assert.That(
                Of(Fold(Image, Told(A.Build(1), "True", "TagsMoved")), "AliasTagsCurrent"),
                Is.EqualTo("True TagsMoved")
            );
        }
    }

    private static GemmaBuild Told(GemmaBuild build, string status, string reason)
    {
        var good = build.Succeeded();
        V1Condition condition = A.Condition(ConditionType.AliasTagsCurrent, status, reason);
        return good with { Status = good.Status! with { Conditions = [.. good.Status.Conditions, condition] } };
    }

    private static GemmaBaseImageStatus Fold(GemmaBaseImage image, GemmaBuild build)
    {
        var s = A.Snapshot(image, builds: [build]);
        return ImageStatusFold.Fold(s, ImagePlanner.Decide(s), RolloutPlanner.Decide(s), new ImageOutcome());
    }

    private static string? Of(GemmaBaseImageStatus status, string type) =>
        status.Conditions.FirstOrDefault(c => c.Type == type) is { } c ? $"{c.Status} {c.Reason}" : null;
}
