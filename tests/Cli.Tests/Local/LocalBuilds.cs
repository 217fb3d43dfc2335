using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using GemmaOperator.Api.Builds;
using GemmaOperator.Registry.References;
using KubectlGemma.Local;
using KubectlGemma.Rendering;

namespace Cli.Tests.Local;

/// <summary>Makes what local builds begin with.</summary>
internal static class LocalBuilds
{
    public static readonly string BaseId = "sha256:" + new string('b', 64);

    public static async Task<Rendered> RenderAsync(string manifest)
    {
        using var input = new StringReader(manifest);
        var read = await ManifestReader.ReadAsync("-", input, CancellationToken.None);
        var (json, line) = read.Images[0];
        return new OfflineRenderer(
            "registry.example/server:1",
            BuildSpec.DefaultExecutorImage,
            "default",
            new DateTime(2026, 11, 29, 7, 0, 0, DateTimeKind.Utc)
        ).Render(read, (JsonObject)json, line);
    }

    public static LocalRecipe Recipe(GemmaBuild build, string? digest = null) =>
        new(
            build,
            new LocalBase(
                digest is null ? BaseId : $"registry.example/base@{digest}",
                digest,
                new ImageInspectResponse { ID = BaseId },
                "by a test"
            ),
            ImageReference.Parse("localhost/gemma:local"),
            Network: ""
        );
}
