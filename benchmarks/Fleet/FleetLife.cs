using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Text.Json;
using System.Text.Json.Nodes;
using Benchmarks.Harness;
using GemmaOperator.Hosting;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;

namespace Benchmarks.Fleet;

/// <summary>
/// Runs one life of the operator, in a process of its own. Obeys one command a line, and answers each with a line of
/// JSON.
/// </summary>
internal static class FleetLife
{
    public static async Task<int> ServeAsync(string ns, string kubeconfig)
    {
        var metrics = Prometheus.Metrics.NewCustomRegistry();
        using var reconciles = new ReconcileCount();
        var clock = Stopwatch.StartNew();
        await using var host = new OperatorHost(
            new OperatorOptions { Namespaces = [ns], ServerImage = "registry.example.com/gemma-server:1" },
            () => KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig),
            NullLoggerFactory.Instance,
            TimeProvider.System,
            metrics
        );
        await host.StartAsync(CancellationToken.None);
        var filled = new JsonObject();
        _ = FilledAsync();
        _ = host.GiveBackAsync();
        Console.WriteLine("started");
        while (await Console.In.ReadLineAsync(CancellationToken.None) is { } line)
        {
            Console.WriteLine((await ObeyAsync(line.Split(' '))).ToJsonString());
        }

        await host.StopAsync(CancellationToken.None);
        return 0;

        async Task<JsonNode> ObeyAsync(string[] command)
        {
            switch (command)
            {
                case ["await-reconciles", var text]:
                    var count = int.Parse(text, CultureInfo.InvariantCulture);
                    await Measuring.UntilAsync(() =>
                        reconciles["gemmabaseimage"] >= count && reconciles["gemmabuild"] >= count
                    );
                    return Used();
                case ["calls"]:
                    return JsonSerializer.SerializeToNode(await Calls.ByVerbAsync(metrics))!;
                case ["scrape"]:
                    await host.WriteMetricsAsync(Stream.Null, CancellationToken.None);
                    return Used();
                case ["idle"]:
                    return await Measuring.IdlePercentAsync();
                case ["used"]:
                    return Used();
                default:
                    throw new ArgumentException($"Unknown command {string.Join(' ', command)}.");
            }
        }

        async Task FilledAsync()
        {
            await host.Working;
            filled = new JsonObject
            {
                ["seconds"] = Measuring.Round(clock.Elapsed.TotalSeconds),
                ["cpuSeconds"] = Measuring.Round(Measuring.Cpu().TotalSeconds),
            };
        }

        JsonObject Used() =>
            new()
            {
                ["seconds"] = Measuring.Round(clock.Elapsed.TotalSeconds),
                ["cpuSeconds"] = Measuring.Round(Measuring.Cpu().TotalSeconds),
                ["cachesFilled"] = filled.DeepClone(),
                ["rssMiB"] = Measuring.RssMiB(),
                ["peakRssMiB"] = Measuring.PeakRssMiB(),
                ["allocatedMiB"] = Measuring.Round(GC.GetTotalAllocatedBytes() / 1024.0 / 1024.0),
                ["pausedSeconds"] = Measuring.Round(GC.GetTotalPauseDuration().TotalSeconds),
                ["compilingSeconds"] = Measuring.Round(JitInfo.GetCompilationTime().TotalSeconds),
            };
    }
}
