using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace Operator.Tests.Flow.Platforms;

/// <summary>A stage with nodes of two architectures, and what is asked of it.</summary>
internal static class TwoPlatforms
{
    public const string Amd64 = "linux/amd64";
    public const string Arm64 = "linux/arm64";

    /// <summary>Asks for an image for both.</summary>
    public static GemmaBaseImage Image(Stage stage, ImageRetentionPolicy policy = ImageRetentionPolicy.Orphan) =>
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
    public static async Task<Stage> StageAsync(
        bool arm = true,
        bool startOperator = true,
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
        if (startOperator)
        {
            await stage.StartOperatorAsync();
        }

        return stage;
    }

    /// <summary>Says of which architecture a node is.</summary>
    public static async Task LabelAsync(Stage stage, int node, string architecture)
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
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["kubernetes.io/arch"] = architecture } },
            },
            null,
            CancellationToken.None
        );
    }

    /// <summary>Tells whether a base image is one for arm64.</summary>
    public static bool IsArm(Stage stage, string digest) =>
        (string?)Config(stage, "team/gemma-base", digest)["architecture"] == "arm64";

    /// <summary>Reads an image's config in the registry.</summary>
    public static JsonNode Config(Stage stage, string repository, string digest)
    {
        var manifest = JsonNode.Parse(stage.Registry.Manifest(repository, digest)!)!;
        return JsonNode.Parse(File.ReadAllText(stage.Registry.BlobPath((string)manifest["config"]!["digest"]!)))!;
    }

    /// <summary>Returns the build with a number.</summary>
    public static async Task<GemmaBuild> BuildAsync(Stage stage, long number) =>
        (await stage.ListAsync<GemmaBuild>()).Single(b => b.Spec!.Number == number);
}
