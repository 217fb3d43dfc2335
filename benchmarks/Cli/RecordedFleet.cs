using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Benchmarks.Harness;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;

namespace Benchmarks.Cli;

/// <summary>Makes many copies of an object that an operator once left.</summary>
internal static class RecordedFleet
{
    /// <summary>Makes objects as an operator leaves them: with what it once recorded of one.</summary>
    public static async Task MakeAsync(IKubeApi api, string ns, int objects)
    {
        var recorded = JsonNode.Parse(
            await File.ReadAllTextAsync(
                Path.Combine(Measuring.RepositoryRoot(), "tests/Cli.Tests/Views/recorded/rolled-back.json"),
                CancellationToken.None
            )
        )!["image"]!;
        var status = new JsonObject { ["status"] = recorded["status"]!.DeepClone() };
        for (var i = 0; i < objects; i++)
        {
            var image = recorded.Deserialize<GemmaBaseImage>(KubeJson.Options)!;
            var name = string.Create(CultureInfo.InvariantCulture, $"service-{i}");
            image.Metadata = new() { Name = name, NamespaceProperty = ns };
            await api.CreateAsync(image with { Status = null }, CancellationToken.None);
            await api.PatchAsync<GemmaBaseImage>(ns, name, status, "status", CancellationToken.None);
        }
    }

    /// <summary>Returns how long the API server takes to list their metadata, in milliseconds.</summary>
    public static async Task<double> AnswerAsync(IKubeApi api, string ns)
    {
        var watch = Stopwatch.StartNew();
        string? next = null;
        do
        {
            var page = await api.ListAsync<PartialObjectMetadata<GemmaBaseImage>>(
                new ListQuery
                {
                    Namespace = ns,
                    Limit = 500,
                    Continue = next,
                },
                CancellationToken.None
            );
            next = page.Continue;
        } while (next is not null);
        return watch.Elapsed.TotalMilliseconds;
    }
}
