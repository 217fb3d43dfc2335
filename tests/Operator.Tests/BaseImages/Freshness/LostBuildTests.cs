using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Freshness.Schedule;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using static Operator.Tests.BaseImages.Freshness.Decided;

namespace Operator.Tests.BaseImages.Freshness;

/// <summary>A build that somebody deletes while it runs hasn't done what it was for.</summary>
internal sealed class LostBuildTests
{
    [Test]
    public void A_build_that_was_deleted_while_it_ran_is_made_again_unless_only_the_cache_is_behind()
    {
        var image = A.BaseImage().Knowing(1).Asking("now");
        var tick = A.Morning.AddHours(-3);
        image = image with
        {
            Status = image.Status! with
            {
                BuildCounter = 2,
                LatestBuild = "gemma-b2",
                InputsHash = "i1-a",
                LastHandledRequestAt = "now",
                LastScheduleTime = tick,
                RecentBuilds =
                [
                    new RecentBuild
                    {
                        Name = "gemma-b2",
                        Result = "Running",
                        Reasons = [BuildReason.Requested, BuildReason.Schedule],
                        StartTime = A.Morning.AddMinutes(-40),
                    },
                ],
            },
        };
        var decision = (ImageDecision.StartBuild)
            ImagePlanner.Decide(A.Snapshot(image, builds: [A.Build(1).Succeeded()]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(decision.Unless, Is.EqualTo("gemma-b2"));
            Assert.That(decision.Build.BuildName, Is.EqualTo("gemma-b3"));
            Assert.That(
                decision.Build.Spec!.Reasons,
                Is.EqualTo(new[] { BuildReason.Requested, BuildReason.Schedule })
            );
            Assert.That(
                (decision.Build.RequestedAt, decision.Build.ScheduledFor),
                Is.EqualTo(("now", (DateTime?)tick))
            );
        }

        var soon = A.Snapshot(image, builds: [A.Build(1).Succeeded()], now: A.Morning.AddMinutes(-20));
        Assert.That(
            ImagePlanner.Decide(soon),
            Is.InstanceOf<ImageDecision.Wait>(),
            "somebody who deletes again and again makes no storm"
        );
        var status = ImageStatusFold.Fold(
            soon,
            ImagePlanner.Decide(soon),
            new RolloutDecision.Unmanaged(),
            new ImageOutcome()
        );
        Assert.That(status.RecentBuilds![0].Name, Is.EqualTo("gemma-b2"), "and it isn't forgotten meanwhile");
    }

    [Test]
    public void A_first_build_that_was_deleted_while_it_ran_is_made_again()
    {
        var image = A.BaseImage().Knowing(1);
        image = image with
        {
            Status = image.Status! with
            {
                BuildCounter = 1,
                LatestBuild = "gemma-b1",
                InputsHash = "i1-a",
                RecentBuilds =
                [
                    new RecentBuild
                    {
                        Name = "gemma-b1",
                        Result = "Running",
                        Reasons = [BuildReason.Initial],
                    },
                ],
            },
        };
        Assert.That(Started(A.Snapshot(image)).Spec!.Reasons, Is.EqualTo(new[] { BuildReason.Initial }));
    }
}
