using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Benchmarks.Harness;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;

namespace Benchmarks.Cli;

/// <summary>
/// Measures <c>kubectl-gemma list</c> from its start to its end, beside what the API server alone takes.
/// </summary>
internal static class CliCommand
{
    private const int Rounds = 15;
    private const string Namespace = "fleet";

    public static async Task<int> RunAsync(string program, string[] arguments)
    {
        var objects = arguments is ["--objects", var n] ? int.Parse(n, CultureInfo.InvariantCulture) : 1000;
        await using var cluster = await ClusterProcess.StartAsync();
        using var client = new KubeClient(
            () => KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Kubeconfig),
            new KubeTransportOptions { FieldManager = "benchmark" },
            TimeProvider.System,
            NullLoggerFactory.Instance
        );
        await Measuring.PrepareAsync(client.Api, Namespace);
        await MakeAsync(client.Api, objects);
        var server = new List<double>();
        var (walls, processors, lines) = (new List<double>(), new List<double>(), 0);
        for (var round = 0; round < Rounds; round++)
        {
            server.Add(await AnswerAsync(client.Api));
            var (wall, processor, printed) = await ListAsync(program, cluster.Kubeconfig);
            walls.Add(wall);
            processors.Add(processor);
            lines = printed;
        }

        Console.WriteLine(
            JsonSerializer.Serialize(
                new
                {
                    objects,
                    lines,
                    wallMs = Median(walls),
                    worstWallMs = Measuring.Round(walls.Max()),
                    processorMs = Median(processors),
                    serverMs = Median(server),
                }
            )
        );
        return lines == objects + 1 ? 0 : 1;
    }

    /// <summary>Makes objects as an operator leaves them: with what it once recorded of one.</summary>
    private static async Task MakeAsync(IKubeApi api, int objects)
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
            image.Metadata = new() { Name = name, NamespaceProperty = Namespace };
            await api.CreateAsync(image with { Status = null }, CancellationToken.None);
            await api.PatchAsync<GemmaBaseImage>(Namespace, name, status, "status", CancellationToken.None);
        }
    }

    private static async Task<double> AnswerAsync(IKubeApi api)
    {
        var watch = Stopwatch.StartNew();
        string? next = null;
        do
        {
            var page = await api.ListAsync<PartialObjectMetadata<GemmaBaseImage>>(
                new ListQuery
                {
                    Namespace = Namespace,
                    Limit = 500,
                    Continue = next,
                },
                CancellationToken.None
            );
            next = page.Continue;
        } while (next is not null);
        return watch.Elapsed.TotalMilliseconds;
    }

    private static async Task<(double Wall, double Processor, int Lines)> ListAsync(string program, string kubeconfig)
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(
            new ProcessStartInfo(program, ["list", "-n", Namespace, "--kubeconfig", kubeconfig])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (
            watch.Elapsed.TotalMilliseconds,
            process.TotalProcessorTime.TotalMilliseconds,
            output.Count(c => c == '\n')
        );
    }

    private static double Median(List<double> values) => Measuring.Round(values.Order().ElementAt(values.Count / 2));
}
