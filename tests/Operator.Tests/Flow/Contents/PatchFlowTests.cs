using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Patching;
using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using k8s.Models;
using LocalCluster.Images;
using Operator.Tests.Clusters;
using StandIns;

namespace Operator.Tests.Flow.Contents;

/// <summary>Packages that moved are put onto the published image, and everything is built when that is due.</summary>
internal sealed class PatchFlowTests
{
    private static readonly SimulatedPackage Openssl = new("dpkg", "openssl", "3.0.13-0ubuntu3.5", "amd64");

    private static async Task<Stage> StartAsync(PatchingSpec patching)
    {
        TestCluster.NeedsLogsOfNodes();
        var stage = await Stage.StartAsync();
        await stage.ApplyAsync(
            stage.Image(spec =>
                spec with
                {
                    Schedule = "0 * * * *",
                    Patching = patching,
                    Triggers = spec.Triggers with { Packages = new PackagesTrigger(), MinInterval = "0s" },
                }
            )
        );
        await stage.UntilReadyAsync();
        return stage;
    }

    /// <summary>Lets the next tick come, with a newer package to bring.</summary>
    private static async Task MoveAsync(Stage stage, string version)
    {
        stage.Check.Outdated = _ => [(Openssl, version)];
        stage.Time.Advance(TimeSpan.FromMinutes(61));
        await stage.NudgeAsync();
    }

    private static async Task<GemmaBuild> BuildAsync(Stage stage, long number) =>
        (await stage.ListAsync<GemmaBuild>()).Single(b => b.Number == number);

    private static string Told(GemmaBuild build) =>
        build.Status!.Conditions.Single(c => c.Type == ConditionType.Succeeded).Message;

    private static Task<GemmaBaseImage> UntilServedAsync(Stage stage, string build) =>
        stage.UntilAsync(i => i.Status?.ServingImage?.Build == build, $"{build} serves");

    [Test]
    public async Task What_moved_is_put_onto_what_is_published_and_served_until_everything_is_built_again()
    {
        await using var stage = await StartAsync(new PatchingSpec { MaxLayers = 1 });
        var first = await BuildAsync(stage, 1);
        await MoveAsync(stage, "3.0.13-0ubuntu3.6");
        await UntilServedAsync(stage, "gemma-b2");
        var patch = await BuildAsync(stage, 2);
        var seeder = new ImageSeeder(new HttpClient(), stage.Registry.Host);
        var below = await ReadAsync(seeder, first.Status!.Promoted!);
        var image = await ReadAsync(seeder, patch.Status!.Promoted!);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Spec!.FullBuildReason?.Value, Is.EqualTo(FullBuildReason.NotForPackages));
            Assert.That(patch.Spec!.Patch!.Of.Digest, Is.EqualTo(first.Status.Promoted!.Digest));
            Assert.That(patch.Spec.Patch.Layers, Is.EqualTo(1));
            Assert.That(image.Layers.Take(below.Layers.Count), Is.EqualTo(below.Layers), "it begins with all of it");
            Assert.That(image.Layers, Has.Count.GreaterThan(below.Layers.Count));
            Assert.That(image.User, Is.EqualTo("10001:10001"));
            Assert.That(image.Label(BuildLabels.PatchOf), Is.EqualTo(first.Status.Promoted.Digest));
            Assert.That(image.Label(BuildLabels.BaseDigest), Is.EqualTo(first.Spec.Resolved.BaseDigest));
            Assert.That(patch.Status.Contents!.Inputs, Is.EqualTo(first.Status.Contents!.Inputs));
            Assert.That(patch.Status.Contents.ComparedWith, Is.EqualTo("gemma-b1"));
            Assert.That(Told(patch), Does.Contain("patch 1 since gemma-b1"));
        }

        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<Eventsv1Event>()).Any(e =>
                    e.Reason == "BuildStarted"
                    && e.Note.Contains("put onto the image of gemma-b1", StringComparison.Ordinal)
                ),
            "an event tells"
        );

        await MoveAsync(stage, "3.0.13-0ubuntu3.7");
        await UntilServedAsync(stage, "gemma-b3");
        var full = await BuildAsync(stage, 3);
        var anew = await ReadAsync(seeder, full.Status!.Promoted!);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(full.Spec!.Patch, Is.Null);
            Assert.That(full.Spec.FullBuildReason?.Value, Is.EqualTo(FullBuildReason.MaxLayers));
            Assert.That(anew.Layers, Has.Count.EqualTo(below.Layers.Count));
            Assert.That(anew.Label(BuildLabels.PatchOf), Is.Null);
        }

        await MoveAsync(stage, "3.0.13-0ubuntu3.8");
        await UntilServedAsync(stage, "gemma-b4");
        Assert.That((await BuildAsync(stage, 4)).Spec!.Patch?.Of.Build, Is.EqualTo("gemma-b3"));
    }

    [Test]
    public async Task A_patch_that_is_no_good_serves_nobody_and_everything_is_built_at_once()
    {
        await using var stage = await StartAsync(new PatchingSpec());
        stage.Check.Spoil = report => report["uid"] = 0;
        await MoveAsync(stage, "3.0.13-0ubuntu3.6");
        await stage.UntilAsync(i => Stage.Is(i, "Verified", "False", "RunsAsRoot"), "the patch is rejected");
        stage.Check.Spoil = _ => { };
        await stage.NudgeAsync();
        await UntilServedAsync(stage, "gemma-b3");
        var (patch, full) = (await BuildAsync(stage, 2), await BuildAsync(stage, 3));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(patch.IsFailedPatch);
            Assert.That(full.Spec!.FullBuildReason?.Value, Is.EqualTo(FullBuildReason.PatchFailed));
            Assert.That(full.Spec.Reasons, Is.SupersetOf(patch.Spec!.Reasons));
            Assert.That(full.Spec.Template.ReuseBase, Is.Null);
        }
    }

    private sealed record Read(IReadOnlyList<string> Layers, string? User, IReadOnlyDictionary<string, string> Labels)
    {
        public string? Label(string name) => Labels.GetValueOrDefault(name);
    }

    private static async Task<Read> ReadAsync(ImageSeeder seeder, ImageStatus image)
    {
        var found = await seeder.FindAsync("team/gemma-base", image.Digest, CancellationToken.None);
        Assert.That(found, Is.Not.Null);
        var config = found!.Config["config"]!;
        return new Read(
            [.. found.Manifest["layers"]!.AsArray().Select(l => (string)l!["digest"]!)],
            (string?)config["User"],
            config["Labels"]!.AsObject().ToDictionary(l => l.Key, l => (string)l.Value!, StringComparer.Ordinal)
        );
    }
}
