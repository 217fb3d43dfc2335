using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using k8s.Models;
using KubectlGemma.Cluster;
using KubectlGemma.Facts;
using Operator.Tests.Api;

namespace Cli.Tests.Views;

/// <summary>Reads objects that an operator made, and looks at them at a fixed time.</summary>
internal static class Recording
{
    private const string Folder = "tests/Cli.Tests/Views";

    /// <summary>Gets the service of the quickstart after its third chapter, a server that crashes.</summary>
    public static JsonElement RolledBack { get; } =
        JsonDocument.Parse(File.ReadAllText(Checkout.PathTo(Folder, "recorded", "rolled-back.json"))).RootElement;

    public static DateTime Now { get; } =
        RolledBack.TimeAt("image", "metadata", "creationTimestamp")!.Value.AddHours(2).AddMinutes(3);

    public static ImageTree Tree { get; } =
        new(
            GemmaCluster.Read<GemmaBaseImage>(RolledBack.At("image")),
            [.. RolledBack.ItemsAt("builds").Select(GemmaCluster.Read<GemmaBuild>)],
            [.. RolledBack.ItemsAt("pods").Select(GemmaCluster.Read<V1Pod>)],
            Now
        );

    /// <summary>Compares with a file; writes it anew with UPDATE_GOLDEN=1.</summary>
    public static void Compare(string file, string text)
    {
        var path = Checkout.PathTo(Folder, "golden", file);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.That(text, Is.EqualTo(File.ReadAllText(path)), $"{file}: UPDATE_GOLDEN=1 writes it anew");
    }
}
