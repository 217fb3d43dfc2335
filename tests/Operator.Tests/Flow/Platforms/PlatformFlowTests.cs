using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Operator.Tests.Clusters;
using StandIns;

namespace Operator.Tests.Flow.Platforms;

/// <summary>
/// An image for several platforms: one is built and proved on nodes of each, and they are published together or not at
/// all.
/// </summary>
internal sealed class PlatformFlowTests
{
    private const string Amd64 = "linux/amd64";
    private const string Arm64 = "linux/arm64";

    [Test]
    public async Task Both_are_built_on_nodes_of_their_own_and_served_by_one_index()
    {
        await using var stage = await StageAsync();
        await stage.ApplyAsync(Image(stage));
        var image = await stage.UntilReadyAsync();
        var build = await BuildAsync(stage, 1);
        var status = build.Status!;
        var (bases, applications) = (
            Index(stage, "team/gemma-base", status.Promoted!),
            Index(stage, "team/gemma-base-service", status.Application!)
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bases.Keys, Is.EqualTo([Amd64, Arm64]));
            Assert.That(applications.Keys, Is.EqualTo([Amd64, Arm64]));
            Assert.That(
                status.Platforms!.ToDictionary(p => p.Platform.Text, p => p.Candidate!.Digest),
                Is.EqualTo(bases)
            );
            Assert.That(
                status.Platforms!.ToDictionary(p => p.Platform.Text, p => p.Application!.Digest),
                Is.EqualTo(applications)
            );
            Assert.That(status.Platforms!.Select(p => p.Verification?.Uid), Is.EqualTo(new long?[] { 10001, 10001 }));
            Assert.That(
                status.Platforms!.Select(p => string.Join(' ', p.Steps.Select(s => $"{s.Name}={s.Result}"))),
                Has.All.EqualTo("Build=Succeeded Verify=Succeeded")
            );
            Assert.That(status.Steps.Select(s => s.Name), Is.EqualTo(["Join", "Assemble", "Promote"]));
            Assert.That(stage.Registry.Tags("team/gemma-base")["latest"], Is.EqualTo(status.Promoted!.Digest));
            Assert.That(image.Status!.ServingImage!.Digest, Is.EqualTo(status.Application!.Digest));
            Assert.That(Config(stage, "team/gemma-base-service", applications[Arm64]), Is.EqualTo("arm64"));
            Assert.That(Config(stage, "team/gemma-base-service", applications[Amd64]), Is.EqualTo("amd64"));
        }

        await stage.UntilServedAsync(status.Application!.Reference);
        foreach (var container in new[] { KanikoJob.Container, VerifyJob.Container })
        {
            Assert.That(await stage.JobsAsync(container), Is.EqualTo(2), container);
        }

        var nodes = (await stage.ListAsync<V1Job>())
            .Where(IsOfBuild)
            .Select(j => (j.Metadata.Name, j.Spec.Template.Spec.NodeSelector["kubernetes.io/arch"]));
        Assert.That(nodes, Has.All.Matches<(string Name, string Arch)>(j => j.Name.Contains(j.Arch, StringComparison.Ordinal)));
    }

    [Test]
    public async Task Where_a_platform_has_no_node_the_build_says_which_and_nothing_is_published()
    {
        await using var stage = await StageAsync(arm: false);
        await stage.ApplyAsync(Image(stage));
        var waiting = await UntilBuildAsync(
            stage,
            1,
            b => b.Status?.HeldBy?.Value == BuildHold.PodPending && PartOf(b, Amd64)?.Verification?.Uid is not null,
            "the build waits for a node, and the other platform is proved"
        );
        var reconciling = waiting.Status!.Conditions.Single(c => c.Type == ConditionType.Reconciling);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(reconciling.Message, Does.StartWith("linux/arm64: No node of linux/arm64 takes the build pod: "));
            Assert.That(reconciling.Reason, Is.EqualTo(ImageReason.Reconciling.PodPending));
            Assert.That(waiting.Status.Candidate, Is.Null);
            Assert.That(stage.Registry.Tags("team/gemma-base"), Does.Not.ContainKey("latest"));
            Assert.That(stage.Registry.Tags("team/gemma-base-service"), Is.Empty);
        }

        await LabelAsync(stage, 1, "arm64");
        await stage.UntilReadyAsync();
        Assert.That((await BuildAsync(stage, 1)).Status!.Platforms, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task One_that_fails_its_verification_ends_the_build_and_nothing_is_published()
    {
        await using var stage = await StageAsync();
        stage.Check.Spoil = report =>
        {
            if (IsArm(stage, (string)report["digest"]!))
            {
                report["torch"] = new JsonObject { ["version"] = "2.9.1", ["cuda"] = "12.8" };
            }
        };
        await stage.ApplyAsync(Image(stage));
        var failed = await UntilBuildAsync(stage, 1, b => b.HasFailed, "the build fails");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(failed.Status!.Failure!.Reason, Is.EqualTo(ImageReason.Verified.VersionMismatch));
            Assert.That(failed.Status.Failure.Message, Does.StartWith("linux/arm64: "));
            Assert.That(failed.Status.Promoted, Is.Null);
            Assert.That(
                failed.Status.Platforms!.SelectMany(p => p.Steps).Select(s => s.Result),
                Has.None.EqualTo("Running")
            );
            Assert.That(stage.Registry.Tags("team/gemma-base"), Does.Not.ContainKey("latest"));
            Assert.That(stage.Registry.Tags("team/gemma-base-service"), Is.Empty);
        }

        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<V1Job>()).All(j => !IsOfBuild(j) || j.IsFinished),
            "no Job is left running"
        );
    }

    [Test]
    public async Task A_base_that_lacks_a_platform_is_refused_before_anything_is_built()
    {
        await using var stage = await StageAsync(baseHas: [Amd64]);
        await stage.ApplyAsync(Image(stage));
        var image = await stage.UntilAsync(i => Stage.Is(i, ConditionType.Stalled, "True", "InvalidSpec"), "it stalls");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                image.Status!.Conditions.Single(c => c.Type == ConditionType.Stalled).Message,
                Does.StartWith("spec.base: ").And.Contain("there is no image for linux/arm64; there are: linux/amd64")
            );
            Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
        }
    }

    [Test]
    public async Task A_server_image_that_lacks_a_platform_is_refused_by_its_field()
    {
        await using var stage = await StageAsync(serverHas: [Amd64]);
        await stage.ApplyAsync(Image(stage));
        var image = await stage.UntilAsync(
            i => Stage.Is(i, ConditionType.Stalled, "True", "ServerImageUnusable"),
            "it stalls"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                image.Status!.Conditions.Single(c => c.Type == ConditionType.Stalled).Message,
                Does.StartWith("spec.rollout.server.image: ").And.Contain("there is no image for linux/arm64")
            );
            Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
        }
    }

    [Test]
    public async Task An_operator_that_is_restarted_between_two_Jobs_goes_on()
    {
        await using var stage = await StageAsync(arm: false);
        await stage.ApplyAsync(Image(stage));
        await UntilBuildAsync(
            stage,
            1,
            b => PartOf(b, Amd64)?.Candidate is not null && PartOf(b, Arm64)?.JobRef is not null,
            "one is built, and the other waits"
        );
        await stage.StopOperatorAsync();
        await LabelAsync(stage, 1, "arm64");
        await stage.StartOperatorAsync();
        await stage.UntilReadyAsync();
        Assert.That(await stage.JobsAsync(KanikoJob.Container), Is.EqualTo(2), "no Job was made again");
    }

    [Test]
    public async Task What_holds_what_is_published_on_every_platform_moves_nothing_and_its_images_go()
    {
        await using var stage = await StageAsync();
        await stage.ApplyAsync(Image(stage, ImageRetentionPolicy.Delete));
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
            var same = await BuildAsync(stage, number);
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
        await using var stage = await StageAsync();
        await stage.ApplyAsync(Image(stage, ImageRetentionPolicy.Delete));
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
            builds.Add(await BuildAsync(stage, n));
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
                var own = build.Status!.Platforms!.Select(p => p.Candidate!.Digest).Append(build.Status.Promoted!.Digest);
                Assert.That(own.All(left.Contains), Is.EqualTo(stays), build.BuildName);
                Assert.That(own.Any(left.Contains), Is.EqualTo(stays), build.BuildName);
            }
        }
    }

    [Test]
    public async Task One_platform_that_isnt_the_operators_own_is_built_on_its_nodes_without_an_index()
    {
        await using var stage = await StageAsync();
        await stage.ApplyAsync(stage.Image(spec => spec with { Platforms = [Platform.LinuxArm64] }));
        await stage.UntilReadyAsync();
        var status = (await BuildAsync(stage, 1)).Status!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status.Platforms, Is.Null);
            Assert.That(Config(stage, "team/gemma-base", status.Promoted!.Digest), Is.EqualTo("arm64"));
            Assert.That(Config(stage, "team/gemma-base-service", status.Application!.Digest), Is.EqualTo("arm64"));
        }
    }

    private static GemmaBaseImage Image(Stage stage, ImageRetentionPolicy policy = ImageRetentionPolicy.Orphan) =>
        stage.Image(spec =>
            spec with
            {
                Platforms = [Platform.LinuxArm64, Platform.LinuxAmd64],
                Retention = new RetentionSpec
                {
                    SuccessfulBuilds = 2,
                    Images = new ImageRetention { Policy = policy, Keep = 2 },
                },
            }
        );

    /// <summary>Starts a stage with one node for each platform, whose base and server are indexes.</summary>
    private static async Task<Stage> StageAsync(
        bool arm = true,
        IReadOnlyList<string>? baseHas = null,
        IReadOnlyList<string>? serverHas = null
    )
    {
        IReadOnlyList<string> both = [Amd64, Arm64];
        var stage = await Stage.StartAsync(startOperator: false, gpus: [1, 1]);
        await stage.Seeder.IndexAsync(
            "hub/pytorch/pytorch",
            "2.10.0-cuda12.8-cudnn9-runtime",
            baseHas ?? both,
            CancellationToken.None
        );
        await stage.Seeder.IndexAsync("team/server", "1", serverHas ?? both, CancellationToken.None);
        await LabelAsync(stage, 1, arm ? "arm64" : "riscv64");
        await stage.StartOperatorAsync();
        return stage;
    }

    private static async Task LabelAsync(Stage stage, int node, string architecture)
    {
        var nodes = await stage.Api.ListAsync<V1Node>(new ListQuery(), CancellationToken.None);
        var name = nodes
            .Items.Select(n => n.Metadata.Name)
            .Where(n => n.StartsWith(stage.Cluster.Namespace, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ElementAt(node);
        await stage.Api.PatchAsync<V1Node>(
            null,
            name,
            new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["labels"] = new JsonObject { ["kubernetes.io/arch"] = architecture },
                },
            },
            null,
            CancellationToken.None
        );
    }

    private static bool IsOfBuild(V1Job job) => job.Metadata.Labels?.ContainsKey(ApiGroup.BuildLabel) == true;

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

    private static async Task<GemmaBuild> BuildAsync(Stage stage, long number) =>
        (await stage.ListAsync<GemmaBuild>()).Single(b => b.Spec!.Number == number);

    private static async Task<GemmaBuild> UntilBuildAsync(
        Stage stage,
        long number,
        Func<GemmaBuild, bool> condition,
        string promise
    )
    {
        GemmaBuild? last = null;
        await Eventually.ThatAsync(
            async () =>
                (last = (await stage.ListAsync<GemmaBuild>()).SingleOrDefault(b => b.Spec!.Number == number))
                    is { } build
                && condition(build),
            promise,
            () => KubernetesJson.Serialize(last?.Status)
        );
        return last!;
    }

    private static PlatformStatus? PartOf(GemmaBuild build, string platform) =>
        build.Status?.Platforms?.FirstOrDefault(p => p.Platform.Text == platform);

    /// <summary>Reads the images that an index in the registry names, by platform.</summary>
    private static Dictionary<string, string> Index(Stage stage, string repository, ImageStatus image) =>
        JsonNode
            .Parse(stage.Registry.Manifest(repository, image.Digest)!)!["manifests"]!.AsArray()
            .ToDictionary(
                m => $"{(string?)m!["platform"]!["os"]}/{(string?)m["platform"]!["architecture"]}",
                m => (string)m!["digest"]!,
                StringComparer.Ordinal
            );

    private static string? Config(Stage stage, string repository, string digest)
    {
        var manifest = JsonNode.Parse(stage.Registry.Manifest(repository, digest)!)!;
        var config = File.ReadAllText(stage.Registry.BlobPath((string)manifest["config"]!["digest"]!));
        return (string?)JsonNode.Parse(config)!["architecture"];
    }

    private static bool IsArm(Stage stage, string digest) => Config(stage, "team/gemma-base", digest) == "arm64";
}
