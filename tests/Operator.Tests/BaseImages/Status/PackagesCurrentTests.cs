using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using k8s.Models;
using Operator.Tests.BaseImages.Probe;

namespace Operator.Tests.BaseImages.Status;

/// <summary>What an image said stays true of it, whichever build confirmed it since.</summary>
internal sealed class PackagesCurrentTests
{
    [TestCase(PackagesResult.NothingToUpdate, "True NothingToUpdate", "No build is needed")]
    [TestCase(PackagesResult.Failed, "Unknown ProbeFailed", "gave no answer")]
    [TestCase(PackagesResult.UpdatesAvailable, "Unknown NotAsked", "since build gemma-b3 found nothing changed")]
    public void After_a_build_that_found_nothing_changed(PackagesResult result, string condition, string says)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var asked in new[] { 1, 2 })
            {
                var found = Of(Answer(asked, result), Same(3), Same(2), Made(1));
                Assert.That($"{found.Status} {found.Reason}", Is.EqualTo(condition), $"asked through build {asked}");
                Assert.That(found.Message, Does.Contain(says));
            }
        }
    }

    [Test]
    public void Another_image_has_not_been_asked()
    {
        var found = Of(Answer(1, PackagesResult.NothingToUpdate), Made(2), Made(1));
        Assert.That(found.Message, Is.EqualTo("The published image hasn't been asked yet"));
    }

    [TestCase(1, "would bring 1 package, asked")]
    [TestCase(2, "would bring 2 packages, asked")]
    public void Packages_are_counted_in_words_that_fit(int count, string says) =>
        Assert.That(
            Of(Answer(1, PackagesResult.UpdatesAvailable) with { Count = count }, Made(1)).Message,
            Does.Contain(says)
        );

    private static PackagesAnswer Answer(int build, PackagesResult result) =>
        new()
        {
            Build = $"gemma-b{build}",
            Policy = SystemUpdatePolicy.All,
            Asked = A.Morning,
            Time = A.Morning,
            Result = result,
        };

    private static V1Condition Of(PackagesAnswer answer, params GemmaBuild[] builds)
    {
        var image = A.BaseImage(spec =>
                spec with
                {
                    Triggers = spec.Triggers with { Packages = new PackagesTrigger() },
                }
            )
            .Knowing(1);
        image = image with { Status = image.Status! with { Packages = new PackagesStatus { Answer = answer } } };
        var s = A.Snapshot(image, builds: builds);
        return ImageStatusFold
            .Fold(s, ImagePlanner.Decide(s), RolloutPlanner.Decide(s), new ImageOutcome())
            .Conditions.Single(c => c.Type == "PackagesCurrent");
    }

    private static GemmaBuild Made(long number) => ProbeWorld.Listed(A.Build(number).Succeeded());

    /// <summary>As a build ends that found what build 1 published.</summary>
    private static GemmaBuild Same(long number) =>
        A.Build(number) with
        {
            Status = Made(1).Status! with
            {
                Conditions = [A.Condition(ConditionType.Succeeded, "True", ImageReason.BuildSucceeded.NothingChanged)],
            },
        };
}
