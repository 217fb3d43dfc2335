using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Probe;
using k8s.Models;
using Operator.Tests.Clusters;
using StandIns;

namespace Operator.Tests.Flow.Platforms;

/// <summary>Each platform's published image is asked, on a node of that platform, and the answers are joined.</summary>
internal sealed class PlatformProbeTests
{
    private static readonly SimulatedPackage Openssl = new("dpkg", "openssl", "3.0.13-0ubuntu3.5", "arm64");

    [Test]
    public async Task What_would_move_for_the_second_platform_alone_is_a_builds_reason()
    {
        await using var stage = await PublishedAsync();
        var images = (await TwoPlatforms.BuildAsync(stage, 1)).Status!.Platforms!;
        await TickAsync(stage);
        var image = await stage.UntilAsync(
            i => i.Status?.Packages is { Asking: null, Answer.Result.Value: PackagesResult.NothingToUpdate },
            "neither would get anything"
        );
        Assert.That(image.Status!.LatestBuild, Is.EqualTo("gemma-b1"));
        Assert.That(
            (await stage.ListAsync<V1Job>())
                .Where(ProbeJob.Is)
                .OrderBy(j => j.Metadata.Name, StringComparer.Ordinal)
                .Select(j =>
                    (j.Spec.Template.Spec.NodeSelector["kubernetes.io/arch"], j.Spec.Template.Spec.Containers[0].Image)
                ),
            Is.EqualTo([("amd64", images[0].Candidate!.Reference), ("arm64", images[1].Candidate!.Reference)])
        );

        stage.Check.Outdated = asked => asked == images[1].Candidate!.Reference ? [(Openssl, "3.0.13-0ubuntu3.6")] : [];
        await TickAsync(stage);
        await stage.UntilAsync(i => i.Status?.LatestImage?.Build == "gemma-b2", "the second image is published");
        var build = await TwoPlatforms.BuildAsync(stage, 2);
        Assert.That(build.Spec!.Reasons, Is.EqualTo(new[] { BuildReason.PackagesMoved, BuildReason.Schedule }));
        Assert.That(build.Spec.Changes[0].Field, Is.EqualTo("packages[dpkg/openssl]"));
    }

    [Test]
    public async Task A_platform_without_a_node_is_named_and_the_tick_builds()
    {
        await using var stage = await PublishedAsync();
        await TwoPlatforms.LabelAsync(stage, 1, "riscv64");
        await TickAsync(stage);
        await stage.UntilAsync(
            i => i.Status?.Packages?.Asking?.Platform?.Text == TwoPlatforms.Arm64,
            "the second platform is asked"
        );
        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<V1Pod>()).Any(p => p.Status?.Conditions?.Any(IsWithoutNode) == true),
            "its pod finds no node"
        );
        stage.Time.Advance(ProbePolicy.Patience);
        await stage.NudgeAsync();
        var image = await stage.UntilAsync(i => i.Status?.LatestBuild == "gemma-b2", "it is built all the same");
        Assert.That(
            image.Status!.Packages!.Answer!.Message,
            Does.StartWith("linux/arm64: its pod doesn't start: 0/2 nodes are available")
        );
    }

    private static bool IsWithoutNode(V1PodCondition condition) =>
        condition is { Type: "PodScheduled", Status: "False", Reason: "Unschedulable" };

    private static async Task<Stage> PublishedAsync()
    {
        TestCluster.NeedsLogsOfNodes();
        var stage = await TwoPlatforms.StageAsync();
        var image = TwoPlatforms.Image(stage);
        await stage.ApplyAsync(
            image with
            {
                Spec = image.Spec! with
                {
                    Schedule = "0 * * * *",
                    Triggers = image.Spec.Triggers with { Packages = new PackagesTrigger(), MinInterval = "0s" },
                },
            }
        );
        await stage.UntilReadyAsync();
        return stage;
    }

    private static async Task TickAsync(Stage stage)
    {
        stage.Time.Advance(TimeSpan.FromMinutes(61));
        await stage.NudgeAsync();
    }
}
