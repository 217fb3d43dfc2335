using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Promote;
using GemmaOperator.Cluster;

namespace Operator.Tests.Builds.Steps.Promote;

internal sealed class PromoteImageTests
{
    [TestCase("is published")]
    [TestCase("has the alias tag latest", "latest")]
    [TestCase("has the alias tags latest, stable", "latest", "stable")]
    public void A_promotion_names_the_tags(string says, params string[] tags)
    {
        var build = A.Build(1).With(t => t with { Output = t.Output with { AliasTags = tags } });
        var made = A.Image(1);
        Assert.That(
            new PromoteImage(Candidate.Of(made)).After(Given.Snapshot(build), new PromotedImage(A.Morning)).Event,
            Is.EqualTo(new EventText(false, "Promoted", "Promote", $"{made.Reference} {says}"))
        );
    }

    [Test]
    public void A_promotion_ends_the_build_well()
    {
        var at = A.Morning.AddSeconds(7);
        var report = new PromoteImage(Candidate.Of(A.Image(1))).After(
            Given.Snapshot(A.Build(2).WithCandidate().Saying("Assembling")),
            new PromotedImage(at)
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                report.Status.Conditions.Select(c => $"{c.Type} {c.Status} {c.Reason}"),
                Is.EqualTo(new[] { "Succeeded True Completed", "AliasTagsCurrent True TagsMoved" })
            );
            Assert.That(report.Status.Promoted, Is.EqualTo(A.Image(1) with { Build = "gemma-b2" }));
            Assert.That(report.Status.CompletionTime, Is.EqualTo(at));
            Assert.That(report.Status.Steps.Single().DurationSeconds, Is.EqualTo(7));
            Assert.That(report.Next, Is.EqualTo(new LookAgain.OnChange()));
        }
    }
}
