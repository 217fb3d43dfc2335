using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using Operator.Tests.Clusters;
using StandIns;

namespace Operator.Tests.Flow.Platforms;

/// <summary>What the platforms hold is told, compared and approved for each.</summary>
internal sealed class PlatformContentsTests
{
    [SetUp]
    public void NeedLogs() => TestCluster.NeedsLogsOfNodes();

    [Test]
    public async Task Where_one_platform_moves_both_are_a_new_image_and_what_moved_is_told()
    {
        await using var stage = await TwoPlatforms.StageAsync();
        stage.Check.Packages = _ => Idna("3.10");
        await stage.ApplyAsync(TwoPlatforms.Image(stage));
        await stage.UntilReadyAsync();
        stage.Check.Packages = digest => Idna(TwoPlatforms.IsArm(stage, digest) ? "3.11" : "3.10");
        await stage.AskForBuildAsync("one moves");
        await stage.UntilAsync(i => i.Status?.ServingImage?.Build == "gemma-b2", "build 2 serves");
        var status = (await TwoPlatforms.BuildAsync(stage, 2)).Status!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                status.Platforms!.Select(p => (p.Platform.Value, p.Contents?.SameAs)),
                Is.EqualTo(
                    new (Platform?, string?)[] { (Platform.LinuxAmd64, "gemma-b1"), (Platform.LinuxArm64, null) }
                )
            );
            Assert.That(
                status.Contents!.Changes.Select(c => $"{c.Name} {c.Old} {c.New}"),
                Is.EqualTo(["idna 3.10 3.11"])
            );
            Assert.That(status.Contents.SameAs, Is.Null);
            Assert.That(stage.Registry.Tags("team/gemma-base")["latest"], Is.EqualTo(status.Promoted!.Digest));
        }

        await stage.AskForBuildAsync("none moves");
        await stage.UntilAsync(i => i.Status?.Confirmed?.Build == "gemma-b3", "build 3 confirms the image");
        Assert.That((await TwoPlatforms.BuildAsync(stage, 3)).IsUnchanged);
    }

    [Test]
    public async Task A_new_server_on_a_published_base_waits_for_nobody()
    {
        await using var stage = await TwoPlatforms.StageAsync();
        await stage.ApplyAsync(TwoPlatforms.Image(stage));
        await stage.UntilReadyAsync();
        var image = TwoPlatforms.Image(stage);
        await stage.ApplyAsync(
            image with
            {
                Spec = image.Spec! with
                {
                    Verification = image.Spec.Verification with { NewPackages = NewPackagesPolicy.Approve },
                    Rollout = image.Spec.Rollout with { Server = image.Spec.Rollout.Server with { Port = 9000 } },
                },
            }
        );
        await stage.UntilAsync(i => i.Status?.ServingImage?.Build == "gemma-b2", "build 2 serves");
        var build = await TwoPlatforms.BuildAsync(stage, 2);
        Assert.That(build.Spec!.Template.ReuseBase, Is.Not.Null, "the base is used again");
    }

    private static IReadOnlyList<SimulatedPackage> Idna(string version) => [new("python", "idna", version, "index")];
}
