using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Contents.Layers;
using GemmaOperator.Registry.References;
using k8s.Models;
using LocalCluster.Images;
using Operator.Tests.Clusters;
using StandIns;

namespace Operator.Tests.Flow.Contents;

/// <summary>
/// What an image holds is listed, kept in the registry, and compared; what equals what serves moves nothing.
/// </summary>
internal sealed class ContentsFlowTests
{
    private static readonly IReadOnlyList<SimulatedPackage> First =
    [
        new("dpkg", "openssl", "3.0.13-0ubuntu3.5", "amd64"),
        new("dpkg", "zip", "3.0-13", "amd64"),
        new("python", "torch", "2.10.0", "index"),
    ];

    [Test]
    public async Task A_build_that_changes_nothing_moves_no_tag_and_restarts_no_pod()
    {
        await using var stage = await StageAsync(new ImageRegistryOptions());
        await stage.ApplyAsync(Image(stage));
        var before = await stage.UntilReadyAsync();
        var (tags, pods) = (stage.Registry.Tags("team/gemma-base"), await PodsAsync(stage));
        var applications = stage.Registry.Tags("team/gemma-base-service");

        await stage.AskForBuildAsync("now");
        var after = await stage.UntilAsync(i => i.Status?.Confirmed is not null, "the image is confirmed");
        var same = await BuildAsync(stage, 2);
        await Eventually.ThatAsync(
            () => Task.FromResult(stage.Registry.Tags("team/gemma-base").Count == tags.Count),
            "the candidate that nobody needs is deleted"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(same.IsUnchanged);
            Assert.That(same.Status!.Contents!.SameAs, Is.EqualTo("gemma-b1"));
            Assert.That(same.Status.Contents.Summary, Is.EqualTo("+0 ~0 -0"));
            Assert.That(same.Status.Steps.Select(s => s.Name), Is.EqualTo(["Build", "Verify"]));
            Assert.That(after.Status!.Confirmed!.Build, Is.EqualTo("gemma-b2"));
            Assert.That(Stage.Is(after, "Fresh", "True", "UpToDate"));
            Assert.That(Stage.Is(after, "Ready", "True", "Serving"));
            Assert.That(Stage.Is(after, "BuildSucceeded", "True", "NothingChanged"));
            Assert.That(after.Status.LatestImage, Is.EqualTo(before.Status!.LatestImage));
            Assert.That(after.Status.ServingImage, Is.EqualTo(before.Status.ServingImage));
            Assert.That(stage.Registry.Tags("team/gemma-base"), Is.EqualTo(tags));
            Assert.That(stage.Registry.Tags("team/gemma-base-service"), Is.EqualTo(applications));
            Assert.That(await PodsAsync(stage), Is.EqualTo(pods), "no pod was replaced");
        }

        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<Eventsv1Event>()).Any(e => e.Reason == "NothingChanged"),
            "an event tells"
        );
    }

    [Test]
    public async Task One_package_that_moved_is_shown_and_the_image_is_served()
    {
        await using var stage = await StageAsync(new ImageRegistryOptions());
        await stage.ApplyAsync(Image(stage));
        await stage.UntilReadyAsync();
        var first = await BuildAsync(stage, 1);
        stage.Check.Packages = _ =>
            [First[0] with { Version = "3.0.13-0ubuntu3.6" }, First[2], new("python", "idna", "3.10", "index")];
        await stage.AskForBuildAsync("now");
        await stage.UntilAsync(i => i.Status?.ServingImage?.Build == "gemma-b2", "the new image serves");
        var contents = (await BuildAsync(stage, 2)).Status!.Contents!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Status!.Contents!.Comparison.Value, Is.EqualTo(ContentsComparison.FirstImage));
            Assert.That(first.Status.Contents.Sbom!.State.Value, Is.EqualTo(SbomState.Stored));
            Assert.That(contents.Summary, Is.EqualTo("+1 ~1 -1"));
            Assert.That(contents.ComparedWith, Is.EqualTo("gemma-b1"));
            Assert.That(
                contents.Changes.Select(c => $"{c.Kind} {c.Name} {c.Old} {c.New}"),
                Is.EqualTo([
                    "Python idna  3.10",
                    "Dpkg openssl 3.0.13-0ubuntu3.5 3.0.13-0ubuntu3.6",
                    "Dpkg zip 3.0-13 ",
                ])
            );
        }

        await stage.UntilScrapedAsync(
            $"gemma_operator_image_package_changes{{namespace=\"{stage.Cluster.Namespace}\",name=\"gemma\","
                + "change=\"upgraded\"} 1"
        );
    }

    [Test]
    public async Task A_package_that_the_image_hides_is_seen_in_its_layers()
    {
        await using var stage = await StageAsync(new ImageRegistryOptions());
        List<Package> layers = [.. First.Where(p => p.Kind == "dpkg").Select(Dpkg)];
        stage.Runner.LayersOf = digest =>
            LayersLog.Write(
                new LayerFindings([.. layers], [PackageText.Package(PackageKind.Python, "sneaky", "1.0", "")!], 2, 0),
                ImageDigest.Parse(digest)
            );
        await stage.ApplyAsync(Image(stage));
        await stage.UntilReadyAsync();
        Assert.That((await BuildAsync(stage, 1)).Status!.Contents!.Layers!.Names, Is.EqualTo(["sneaky 1.0"]));

        layers.Add(Dpkg(new SimulatedPackage("dpkg", "hidden", "1", "amd64")));
        await stage.AskForBuildAsync("now");
        await stage.UntilAsync(i => i.Status?.ServingImage?.Build == "gemma-b2", "the new image serves");
        var second = (await BuildAsync(stage, 2)).Status!;
        var known = second.Conditions.Single(c => c.Type == ConditionType.ContentsKnown);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((known.Status, known.Reason), Is.EqualTo(("False", "ListContradicted")));
            Assert.That(known.Message, Does.Contain("only the layers have hidden 1"));
            Assert.That(second.Contents, Is.Null);
        }
    }

    [TestCase(false, "DocumentGone")]
    [TestCase(true, "DocumentReplaced")]
    public async Task A_document_that_somebody_touched_leaves_nothing_to_compare_and_holds_nothing_up(
        bool isReplaced,
        string comparison
    )
    {
        await using var stage = await StageAsync(new ImageRegistryOptions());
        await stage.ApplyAsync(Image(stage));
        await stage.UntilReadyAsync();
        var document = (await BuildAsync(stage, 1)).Status!.Contents!.Sbom!.Digest!;
        if (isReplaced)
        {
            var manifest = JsonNode.Parse(stage.Registry.Manifest("team/gemma-base", document)!)!;
            await File.WriteAllTextAsync(
                stage.Registry.BlobPath((string)manifest["layers"]![0]!["digest"]!),
                """{"components":[],"metadata":{"properties":[]}}"""
            );
        }
        else
        {
            await stage.DeleteDigestAsync("team/gemma-base", document);
        }

        stage.Check.Packages = _ => [First[0], First[2]];
        await stage.AskForBuildAsync("now");
        await stage.UntilAsync(i => i.Status?.ServingImage?.Build == "gemma-b2", "the new image serves");
        var contents = (await BuildAsync(stage, 2)).Status!.Contents!;
        Assert.That(contents.Comparison.Value, Is.EqualTo(Enum.Parse<ContentsComparison>(comparison)));
        Assert.That(contents.Summary, Is.Null);
    }

    [Test]
    public async Task A_candidate_that_lists_nothing_is_published_as_before_and_says_so()
    {
        await using var stage = await Stage.StartAsync();
        stage.Check.Packages = _ => null;
        await stage.ApplyAsync(Image(stage));
        await stage.UntilReadyAsync();
        await stage.AskForBuildAsync("now");
        await stage.UntilAsync(i => i.Status?.ServingImage?.Build == "gemma-b2", "on doubt it is a build as before");
        var build = await BuildAsync(stage, 2);
        Assert.That(build.Status!.Contents, Is.Null);
        Assert.That(
            build.Status.Conditions.Single(c => c.Type == ConditionType.ContentsKnown).Reason,
            Is.EqualTo(ImageReason.ContentsKnown.ListMissing)
        );
    }

    [Test]
    public async Task What_asks_for_another_result_gets_it_though_the_packages_are_the_same()
    {
        await using var stage = await StageAsync(new ImageRegistryOptions());
        await stage.ApplyAsync(Image(stage));
        await stage.UntilReadyAsync();

        // Another environment is another image; another alias tag is one more to move.
        var changed = Image(
            stage,
            s =>
                s with
                {
                    Env = [new EnvironmentVariable { Name = "A", Value = "b" }],
                    Output = s.Output with { AliasTags = ["latest", "stable"] },
                }
        );
        await stage.ApplyAsync(changed);
        await stage.UntilAsync(i => i.Status?.ServingImage?.Build == "gemma-b2", "the changed spec is served");

        // The server's tag stands for another image now.
        await stage.StandIns.ServerAsync("team/server", "1", StandInImages.WeightLabels, CancellationToken.None);
        await stage.AskForBuildAsync("server");
        await stage.UntilAsync(i => i.Status?.ServingImage?.Build == "gemma-b3", "the other server is served");

        // An alias tag that somebody took away comes back.
        await stage.DeleteManifestAsync("team/gemma-base", "stable");
        await stage.AskForBuildAsync("alias");
        await stage.UntilAsync(i => i.Status?.ServingImage?.Build == "gemma-b4", "what was deleted is made again");
        Assert.That(stage.Registry.Tags("team/gemma-base"), Contains.Key("stable"));

        // And then nothing is left to change.
        await stage.AskForBuildAsync("last");
        var last = await stage.UntilAsync(i => i.Status?.Confirmed is not null, "the image is confirmed");
        Assert.That(last.Status!.Confirmed!.Build, Is.EqualTo("gemma-b5"));
    }

    [Test]
    public async Task A_deleted_image_takes_its_document_along()
    {
        await using var stage = await StageAsync(new ImageRegistryOptions { Referrers = false });
        stage.Check.Packages = null;
        await stage.ApplyAsync(Image(stage));
        await stage.UntilReadyAsync();
        var first = await BuildAsync(stage, 1);
        for (var n = 2; n <= 3; n++)
        {
            await stage.AskForBuildAsync($"r{n}");
            await stage.UntilAsync(i => i.Status?.ServingImage?.Build == $"gemma-b{n}", $"build {n} serves");
        }

        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<GemmaBuild>()).All(b => b.Number != 1),
            "the first build has left the history"
        );
        var tags = stage.Registry.Tags("team/gemma-base").Keys;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stage.Registry.Manifest("team/gemma-base", first.Status!.Candidate!.Digest), Is.Null);
            Assert.That(stage.Registry.Manifest("team/gemma-base", first.Status.Contents!.Sbom!.Digest!), Is.Null);
            Assert.That(
                tags.Count(t => t.StartsWith("sha256-", StringComparison.Ordinal)),
                Is.EqualTo(2),
                "a registry without the API has a tag for each image that is left"
            );
        }
    }

    private static async Task<Stage> StageAsync(ImageRegistryOptions options)
    {
        TestCluster.NeedsLogsOfNodes();
        var stage = await Stage.StartAsync(options);
        stage.Check.Packages = _ => First;
        return stage;
    }

    private static GemmaBaseImage Image(Stage stage, Func<GemmaBaseImageSpec, GemmaBaseImageSpec>? change = null) =>
        stage.Image(s =>
            (change ?? (given => given))(
                s with
                {
                    Retention = s.Retention with
                    {
                        SuccessfulBuilds = 2,
                        Images = new ImageRetention { Policy = ImageRetentionPolicy.Delete, Keep = 2 },
                    },
                }
            )
        );

    private static Package Dpkg(SimulatedPackage package) =>
        PackageText.Package(PackageKind.Dpkg, package.Name, package.Version, package.Detail)!;

    private static async Task<GemmaBuild> BuildAsync(Stage stage, long number) =>
        (await stage.ListAsync<GemmaBuild>()).Single(b => b.Spec!.Number == number);

    private static async Task<IReadOnlyList<string>> PodsAsync(Stage stage) =>
        [
            .. (await stage.ListAsync<V1Pod>())
                .Where(p => p.Metadata.OwnerReferences?.Any(o => o.Kind == "ReplicaSet") == true)
                .Select(p => p.Metadata.Uid)
                .Order(StringComparer.Ordinal),
        ];
}
