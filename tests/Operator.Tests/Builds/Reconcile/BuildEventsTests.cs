using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Reconcile;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Cluster;

namespace Operator.Tests.Builds.Reconcile;

internal sealed class BuildEventsTests
{
    [TestCase("is published")]
    [TestCase("has the alias tag latest", "latest")]
    [TestCase("has the alias tags latest, stable", "latest", "stable")]
    public void A_promotion_names_the_tags(string says, params string[] tags)
    {
        var build = A.Build(1);
        build = build with
        {
            Spec = build.Spec! with
            {
                Template = build.Spec.Template with { Output = build.Spec.Template.Output with { AliasTags = tags } },
            },
        };
        var made = A.Image(1);
        Assert.That(
            BuildEvents.Of(
                new BuildSnapshot
                {
                    Now = A.Morning,
                    Build = build,
                    Jobs = [],
                    Pods = [],
                },
                new BuildDecision.Promote(made),
                new BuildOutcome.Promoted(made, A.Morning)
            ),
            Is.EqualTo(new EventText(false, "Promoted", "Promote", $"{made.Reference} {says}"))
        );
    }
}
