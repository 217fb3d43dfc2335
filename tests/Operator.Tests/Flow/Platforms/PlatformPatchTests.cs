using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Patching;
using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps.Kaniko;
using k8s.Models;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Faults;
using StandIns;

namespace Operator.Tests.Flow.Platforms;

/// <summary>
/// Packages that moved are put onto each platform's published image; where none did, that image stays.
/// </summary>
internal sealed class PlatformPatchTests
{
    private const string Repository = "team/gemma-base";

    /// <summary>Bounds the walk: a longer flow fails, so that somebody looks at what came to it.</summary>
    private const int MostWrites = 61;

    [Test]
    public async Task What_moved_for_one_platform_is_put_onto_its_image_and_the_other_one_stays()
    {
        await using var stage = await PublishedAsync(new PatchingSpec { MaxLayers = 2 });
        var first = (await TwoPlatforms.BuildAsync(stage, 1)).Status!;
        await MoveAsync(stage, amd: "3.10", arm: "3.11");
        await UntilServedAsync(stage, 2);
        var build = await TwoPlatforms.BuildAsync(stage, 2);
        var status = build.Status!;
        var (amd, arm) = (status.Platforms![0], status.Platforms[1]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Spec!.Patch!.Of.Digest, Is.EqualTo(first.Promoted!.Digest));
            Assert.That(
                build.Spec.Patch.Platforms!.Select(p => p.Of.Digest),
                Is.EqualTo(first.Platforms!.Select(p => p.Candidate!.Digest))
            );
            Assert.That(Named(stage, status.Promoted!), Is.EqualTo([amd.Candidate!.Digest, arm.Candidate!.Digest]));
            Assert.That(amd.Candidate, Is.EqualTo(first.Platforms![0].Candidate), "its nodes pull nothing");
            Assert.That(amd.Discarded?.Build, Is.EqualTo("gemma-b2"));
            Assert.That((amd.Contents!.SameAs, arm.Contents!.SameAs), Is.EqualTo(("gemma-b1", (string?)null)));
            Assert.That(amd.Contents.Sbom!.Digest, Is.EqualTo(first.Platforms[0].Contents!.Sbom!.Digest));
            var below = Layers(stage, first.Platforms[1].Candidate!);
            Assert.That(Layers(stage, arm.Candidate).Take(below.Count), Is.EqualTo(below), "it begins with all of it");
            Assert.That(Layers(stage, arm.Candidate), Has.Count.GreaterThan(below.Count));
            Assert.That(
                Labels(stage, arm.Candidate)[BuildLabels.PatchOf],
                Is.EqualTo(first.Platforms[1].Candidate!.Digest)
            );
            Assert.That(
                status.Contents!.Changes.Select(c => $"{c.Name} {c.Old} {c.New}"),
                Is.EqualTo(["idna 3.10 3.11"])
            );
            Assert.That(arm.Contents.Inputs, Is.EqualTo(first.Platforms[1].Contents!.Inputs));
        }

        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<Eventsv1Event>()).Any(e =>
                    e.Reason == "Joined"
                    && e.Note.EndsWith("; nothing moved for linux/amd64, whose image stays", StringComparison.Ordinal)
                ),
            "an event tells"
        );

        // Both move: one has its first patch, the other its second, after which everything is built.
        await MoveAsync(stage, amd: "3.12", arm: "3.12");
        await UntilServedAsync(stage, 3);
        await MoveAsync(stage, amd: "3.13", arm: "3.13");
        await UntilServedAsync(stage, 4);
        var (third, fourth) = (await TwoPlatforms.BuildAsync(stage, 3), await TwoPlatforms.BuildAsync(stage, 4));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(third.Spec!.Patch!.Platforms!.Select(p => p.Layers), Is.EqualTo([1, 2]));
            Assert.That(third.Spec.Patch.Layers, Is.EqualTo(2));
            Assert.That(third.Status!.Platforms!.Select(p => p.Candidate!.Build), Is.All.EqualTo("gemma-b3"));
            Assert.That(fourth.Spec!.FullBuildReason?.Value, Is.EqualTo(FullBuildReason.MaxLayers));
            Assert.That(
                fourth.Status!.Platforms!.Select(p => Layers(stage, p.Candidate!).Count),
                Is.EqualTo(first.Platforms!.Select(p => Layers(stage, p.Candidate!).Count))
            );
        }
    }

    [Test]
    public async Task Where_a_patch_moves_nothing_on_any_platform_the_index_stays()
    {
        await using var stage = await PublishedAsync(new PatchingSpec());
        var before = (await stage.ReadAsync()).Status!.ServingImage;
        await MoveAsync(stage, amd: "3.10", arm: "3.10");
        var image = await stage.UntilAsync(i => i.Status?.Confirmed?.Build == "gemma-b2", "the image is confirmed");
        var build = await TwoPlatforms.BuildAsync(stage, 2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.IsPatch);
            Assert.That(build.IsUnchanged);
            Assert.That(image.Status!.ServingImage, Is.EqualTo(before));
        }
    }

    [Test]
    public async Task An_image_that_a_newer_index_names_stays_until_none_does()
    {
        await using var stage = await PublishedAsync(new PatchingSpec(), ImageRetentionPolicy.Delete);
        var kept = (await TwoPlatforms.BuildAsync(stage, 1)).Status!.Platforms![0].Candidate!;
        for (var n = 2; n <= 4; n++)
        {
            await MoveAsync(stage, amd: "3.10", arm: $"3.{10 + n}");
            await UntilServedAsync(stage, n);
            Assert.That((await TwoPlatforms.BuildAsync(stage, n)).Status!.Platforms![0].Candidate, Is.EqualTo(kept));
        }

        await UntilHistoryAsync(stage, 1, 3, 4);
        Assert.That(stage.Registry.Manifest(Repository, kept.Digest), Is.Not.Null);
        Assert.That(
            (await TwoPlatforms.BuildAsync(stage, 4)).Spec!.Patch!.Platforms!.Select(p => p.Layers),
            Is.EqualTo([1, 3])
        );

        // It moves, and what named it leaves the history.
        for (var n = 5; n <= 6; n++)
        {
            await MoveAsync(stage, amd: $"3.{10 + n}", arm: $"3.{10 + n}");
            await UntilServedAsync(stage, n);
        }

        await UntilHistoryAsync(stage, 5, 6);
        await Eventually.ThatAsync(
            () => Task.FromResult(stage.Registry.Manifest(Repository, kept.Digest) is null),
            "the image goes with the last build that names it"
        );
        foreach (var image in (await TwoPlatforms.BuildAsync(stage, 6)).Status!.Platforms!)
        {
            Assert.That(stage.Registry.Manifest(Repository, image.Candidate!.Digest), Is.Not.Null);
        }
    }

    [Test]
    public async Task Killed_after_every_third_write_it_joins_the_same_images([Range(1, MostWrites, 3)] int killAfter)
    {
        await using var stage = await PublishedAsync(new PatchingSpec());
        var kept = (await TwoPlatforms.BuildAsync(stage, 1)).Status!.Platforms![0].Candidate!;
        await stage.StopOperatorAsync();
        await using var proxy = await FaultProxy.StartAsync(stage.Cluster.Configuration);
        var death = proxy.DieAtWrite(killAfter);
        await stage.StartOperatorAsync(proxy.Configuration);
        await MoveAsync(stage, amd: "3.10", arm: "3.11");
        await Eventually.ThatAsync(
            async () => death.HasCome || (await stage.ReadAsync()).Status?.ServingImage?.Build == "gemma-b2",
            "it died or it is done"
        );
        await stage.StopOperatorAsync();
        await stage.StartOperatorAsync();
        await UntilServedAsync(stage, 2);
        var status = (await TwoPlatforms.BuildAsync(stage, 2)).Status!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await stage.ListAsync<GemmaBuild>(), Has.Count.EqualTo(2), "builds");
            Assert.That(await stage.JobsAsync(KanikoJob.Container), Is.EqualTo(4), "build Jobs");
            Assert.That(await stage.JobsAsync("probe"), Is.EqualTo(2), "one question to each platform");
            Assert.That(status.Platforms![0].Candidate, Is.EqualTo(kept));
            Assert.That(
                Named(stage, status.Promoted!),
                Is.EqualTo([kept.Digest, status.Platforms[1].Candidate!.Digest])
            );
            Assert.That(killAfter < MostWrites || !death.HasCome, "the flow has more writes than are walked");
        }
    }

    private static async Task<Stage> PublishedAsync(
        PatchingSpec patching,
        ImageRetentionPolicy policy = ImageRetentionPolicy.Orphan
    )
    {
        TestCluster.NeedsLogsOfNodes();
        var stage = await TwoPlatforms.StageAsync();
        Hold(stage, "3.10", "3.10");
        var image = TwoPlatforms.Image(stage, policy);
        await stage.ApplyAsync(
            image with
            {
                Spec = image.Spec! with
                {
                    Schedule = "0 * * * *",
                    Patching = patching,
                    Triggers = image.Spec.Triggers with { Packages = new PackagesTrigger(), MinInterval = "0s" },
                },
            }
        );
        await stage.UntilReadyAsync();
        return stage;
    }

    /// <summary>Lets the next tick come, with something to bring, which gives these versions.</summary>
    private static async Task MoveAsync(Stage stage, string amd, string arm)
    {
        Hold(stage, amd, arm);
        stage.Check.Outdated = _ => [(new SimulatedPackage("python", "idna", "3.0", "index"), $"{amd}.{arm}")];
        stage.Time.Advance(TimeSpan.FromMinutes(61));
        await stage.NudgeAsync();
    }

    private static void Hold(Stage stage, string amd, string arm) =>
        stage.Check.Packages = digest =>
            [new("python", "idna", TwoPlatforms.IsArm(stage, digest) ? arm : amd, "index")];

    private static Task<GemmaBaseImage> UntilServedAsync(Stage stage, int build) =>
        stage.UntilAsync(i => i.Status?.ServingImage?.Build == $"gemma-b{build}", $"build {build} serves");

    private static Task UntilHistoryAsync(Stage stage, params long[] builds) =>
        Eventually.ThatAsync(
            async () => (await stage.ListAsync<GemmaBuild>()).Select(b => b.Number).Order().SequenceEqual(builds),
            $"the history is {string.Join(", ", builds)}"
        );

    /// <summary>Returns the digests of the images that an index names.</summary>
    private static IReadOnlyList<string> Named(Stage stage, ImageStatus index) =>
        [
            .. JsonNode.Parse(stage.Registry.Manifest(Repository, index.Digest)!)!["manifests"]!
                .AsArray()
                .Select(m => (string)m!["digest"]!),
        ];

    private static IReadOnlyList<string> Layers(Stage stage, ImageStatus image) =>
        [
            .. JsonNode.Parse(stage.Registry.Manifest(Repository, image.Digest)!)!["layers"]!
                .AsArray()
                .Select(l => (string)l!["digest"]!),
        ];

    private static Dictionary<string, string> Labels(Stage stage, ImageStatus image) =>
        TwoPlatforms.Config(stage, Repository, image.Digest)["config"]!["Labels"]!
            .AsObject()
            .ToDictionary(l => l.Key, l => (string)l.Value!, StringComparer.Ordinal);
}
