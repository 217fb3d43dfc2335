using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow.Platforms;

/// <summary>The images of several platforms live and go with the index that names them.</summary>
internal sealed class PlatformRetentionTests
{
    [SetUp]
    public void NeedLogs() => TestCluster.NeedsLogsOfNodes();

    [Test]
    public async Task What_holds_what_is_published_on_every_platform_moves_nothing_and_its_images_go()
    {
        await using var stage = await TwoPlatforms.StageAsync();
        stage.Check.Packages = _ => [new("python", "idna", "3.10", "index")];
        await stage.ApplyAsync(TwoPlatforms.Image(stage, ImageRetentionPolicy.Delete));
        var before = await stage.UntilReadyAsync();
        var tags = stage.Registry.Tags("team/gemma-base");
        foreach (var request in new[] { "first", "second" })
        {
            await stage.AskForBuildAsync(request);
            var number = request == "first" ? 2 : 3;
            await stage.UntilAsync(
                i => i.Status?.Confirmed?.Build == $"gemma-b{number}",
                $"build {number} confirms the image"
            );
            var same = await TwoPlatforms.BuildAsync(stage, number);
            Assert.That(same.IsUnchanged);
            Assert.That(same.Status!.Promoted!.Build, Is.EqualTo("gemma-b1"));
        }

        var after = await stage.ReadAsync();
        Assert.That(after.Status!.ServingImage, Is.EqualTo(before.Status!.ServingImage));
        await Eventually.ThatAsync(
            () => Task.FromResult(stage.Registry.Tags("team/gemma-base").Count == tags.Count),
            "the images that nobody needs are deleted"
        );
        Assert.That(stage.Registry.Tags("team/gemma-base"), Is.EqualTo(tags));
    }

    [Test]
    public async Task Old_images_go_with_their_index_and_stay_with_one_that_somebody_has_tagged()
    {
        await using var stage = await TwoPlatforms.StageAsync();
        await stage.ApplyAsync(TwoPlatforms.Image(stage, ImageRetentionPolicy.Delete));
        var builds = new List<GemmaBuild>();
        for (var n = 1; n <= 4; n++)
        {
            if (n > 1)
            {
                // Another package each time: what equals what is published makes no image.
                var number = n;
                stage.Check.Packages = _ => [new("python", "idna", $"3.{number}", "index")];
                await stage.AskForBuildAsync($"r{n}");
            }

            await stage.UntilAsync(i => i.Status?.ServingImage?.Build == $"gemma-b{n}", $"build {n} serves");
            builds.Add(await TwoPlatforms.BuildAsync(stage, n));
            if (n == 1)
            {
                await TagAsync(stage, builds[0].Status!.Promoted!.Digest, "keep-this");
            }
        }

        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<GemmaBuild>()).Count == 2,
            "the history has two builds"
        );
        var left = stage.Registry.Tags("team/gemma-base").Values.ToHashSet(StringComparer.Ordinal);
        using (Assert.EnterMultipleScope())
        {
            foreach (var (build, stays) in builds.Zip([true, false, true, true]))
            {
                var own = build
                    .Status!.Platforms!.Select(p => p.Candidate!.Digest)
                    .Append(build.Status.Promoted!.Digest);
                Assert.That(own.All(left.Contains), Is.EqualTo(stays), build.BuildName);
                Assert.That(own.Any(left.Contains), Is.EqualTo(stays), build.BuildName);
            }
        }
    }

    /// <summary>Tags a manifest as a person would.</summary>
    private static async Task TagAsync(Stage stage, string digest, string tag)
    {
        using var http = new HttpClient();
        var client = new RegistryClient(
            http,
            RegistryAccess.Anonymous.WithInsecure(stage.Registry.Host),
            TimeProvider.System
        );
        var repository = ImageRepository.Parse(stage.Repository);
        var manifest = await client.GetManifestAsync(
            new ImageReference(repository, null, ImageDigest.Parse(digest)),
            CancellationToken.None
        );
        await client.PutManifestAsync(
            new ImageReference(repository, ImageTag.Parse(tag), null),
            manifest,
            CancellationToken.None
        );
    }
}
