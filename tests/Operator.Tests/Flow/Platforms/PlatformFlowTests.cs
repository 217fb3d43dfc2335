using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;
using k8s;
using k8s.Models;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow.Platforms;

/// <summary>
/// An image for several platforms: one is built and proved on nodes of each, and they are published together or not at
/// all.
/// </summary>
internal sealed class PlatformFlowTests
{
    private const string Amd64 = TwoPlatforms.Amd64;
    private const string Arm64 = TwoPlatforms.Arm64;

    [Test]
    public async Task Both_are_built_on_nodes_of_their_own_and_served_by_one_index()
    {
        await using var stage = await TwoPlatforms.StageAsync();
        await stage.ApplyAsync(TwoPlatforms.Image(stage));
        var image = await stage.UntilReadyAsync();
        var build = await TwoPlatforms.BuildAsync(stage, 1);
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
            Assert.That(ArchitectureOf(stage, "team/gemma-base-service", applications[Arm64]), Is.EqualTo("arm64"));
            Assert.That(ArchitectureOf(stage, "team/gemma-base-service", applications[Amd64]), Is.EqualTo("amd64"));
        }

        await stage.UntilServedAsync(status.Application!.Reference);
        foreach (var container in new[] { KanikoJob.Container, VerifyJob.Container })
        {
            Assert.That(await stage.JobsAsync(container), Is.EqualTo(2), container);
        }

        var nodes = (await stage.ListAsync<V1Job>())
            .Where(IsOfBuild)
            .Select(j => (j.Metadata.Name, j.Spec.Template.Spec.NodeSelector["kubernetes.io/arch"]));
        Assert.That(
            nodes,
            Has.All.Matches<(string Name, string Arch)>(j => j.Name.Contains(j.Arch, StringComparison.Ordinal))
        );
    }

    [Test]
    public async Task Where_a_platform_has_no_node_the_build_says_which_and_nothing_is_published()
    {
        await using var stage = await TwoPlatforms.StageAsync(arm: false);
        await stage.ApplyAsync(TwoPlatforms.Image(stage));
        var waiting = await UntilBuildAsync(
            stage,
            1,
            b => b.Status?.HeldBy?.Value == BuildHold.PodPending && PartOf(b, Amd64)?.Verification?.Uid is not null,
            "the build waits for a node, and the other platform is proved"
        );
        var reconciling = waiting.Status!.Conditions.Single(c => c.Type == ConditionType.Reconciling);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                reconciling.Message,
                Does.StartWith("linux/arm64: No node of linux/arm64 takes the build pod: ")
            );
            Assert.That(reconciling.Reason, Is.EqualTo(ImageReason.Reconciling.PodPending));
            Assert.That(waiting.Status.Candidate, Is.Null);
            Assert.That(stage.Registry.Tags("team/gemma-base"), Does.Not.ContainKey("latest"));
            Assert.That(stage.Registry.Tags("team/gemma-base-service"), Is.Empty);
        }

        await TwoPlatforms.LabelAsync(stage, 1, "arm64");
        await stage.UntilReadyAsync();
        Assert.That((await TwoPlatforms.BuildAsync(stage, 1)).Status!.Platforms, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task One_that_fails_its_verification_ends_the_build_and_nothing_is_published()
    {
        await using var stage = await TwoPlatforms.StageAsync();
        stage.Check.Spoil = report =>
        {
            if (TwoPlatforms.IsArm(stage, (string)report["digest"]!))
            {
                report["torch"] = new JsonObject { ["version"] = "2.9.1", ["cuda"] = "12.8" };
            }
        };
        await stage.ApplyAsync(TwoPlatforms.Image(stage));
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
        await using var stage = await TwoPlatforms.StageAsync(baseHas: [Amd64]);
        await stage.ApplyAsync(TwoPlatforms.Image(stage));
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
        await using var stage = await TwoPlatforms.StageAsync(serverHas: [Amd64]);
        await stage.ApplyAsync(TwoPlatforms.Image(stage));
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
        await using var stage = await TwoPlatforms.StageAsync(arm: false);
        await stage.ApplyAsync(TwoPlatforms.Image(stage));
        await UntilBuildAsync(
            stage,
            1,
            b => PartOf(b, Amd64)?.Candidate is not null && PartOf(b, Arm64)?.JobRef is not null,
            "one is built, and the other waits"
        );
        await stage.StopOperatorAsync();
        await TwoPlatforms.LabelAsync(stage, 1, "arm64");
        await stage.StartOperatorAsync();
        await stage.UntilReadyAsync();
        Assert.That(await stage.JobsAsync(KanikoJob.Container), Is.EqualTo(2), "no Job was made again");
    }

    [Test]
    public async Task One_platform_that_isnt_the_operators_own_is_built_on_its_nodes_without_an_index()
    {
        await using var stage = await TwoPlatforms.StageAsync();
        await stage.ApplyAsync(stage.Image(spec => spec with { Platforms = [Platform.LinuxArm64] }));
        await stage.UntilReadyAsync();
        var status = (await TwoPlatforms.BuildAsync(stage, 1)).Status!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status.Platforms, Is.Null);
            Assert.That(ArchitectureOf(stage, "team/gemma-base", status.Promoted!.Digest), Is.EqualTo("arm64"));
            Assert.That(
                ArchitectureOf(stage, "team/gemma-base-service", status.Application!.Digest),
                Is.EqualTo("arm64")
            );
        }
    }

    private static bool IsOfBuild(V1Job job) => job.Metadata.Labels?.ContainsKey(ApiGroup.BuildLabel) == true;

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
        JsonNode.Parse(stage.Registry.Manifest(repository, image.Digest)!)!["manifests"]!
            .AsArray()
            .ToDictionary(
                m => $"{(string?)m!["platform"]!["os"]}/{(string?)m["platform"]!["architecture"]}",
                m => (string)m!["digest"]!,
                StringComparer.Ordinal
            );

    private static string? ArchitectureOf(Stage stage, string repository, string digest) =>
        (string?)TwoPlatforms.Config(stage, repository, digest)["architecture"];
}
