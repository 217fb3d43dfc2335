using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Hosting;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace Benchmarks.Fleet;

/// <summary>
/// <c>converge --product</c>: the operator as it ships, over N images that were built and aren't served yet: rolls them out,
/// is restarted, follows changes, idles. Only the operator runs in this process.
/// </summary>
internal sealed class FleetCommand(ConvergeOptions options)
{
    private readonly string _namespace = $"fleet-{Guid.NewGuid():N}"[..14];

    public async Task<JsonObject> MeasureAsync()
    {
        await using var world = await LineProcess.StartAsync(["fleet-world", _namespace, .. options.Kubeconfig is { } file ? new[] { file } : []]);
        var report = new JsonObject
        {
            ["objects"] = options.Objects,
            ["server"] = options.Kubeconfig is null ? "LocalCluster" : "kubeconfig",
            ["reconcilers"] = "product",
        };
        await world.AskAsync($"create {options.Objects}");
        await ConvergeAsync(world, report);
        await RestartAsync(world, report);
        report["cpuSeconds"] = Measuring.Round(Measuring.Cpu().TotalSeconds);
        report["peakRssMiB"] = Measuring.PeakRssMiB();
        return report;
    }

    private async Task ConvergeAsync(LineProcess world, JsonObject report)
    {
        await using var life = new Life(world.Greeting, _namespace);
        var (cpu, watch) = (Measuring.Cpu(), Stopwatch.StartNew());
        await life.Host.StartAsync(CancellationToken.None);
        await world.AskAsync($"await-ready {options.Objects} 1");
        report["secondsToConverge"] = Measuring.Round(watch.Elapsed.TotalSeconds);
        report["cpuSecondsToConverge"] = Measuring.Round((Measuring.Cpu() - cpu).TotalSeconds);
        report["callsPerObject"] = (await life.CallsAsync()).Per(before: null, options.Objects);
        await life.Host.StopAsync(CancellationToken.None);
    }

    private async Task RestartAsync(LineProcess world, JsonObject report)
    {
        using var reconciles = new ReconcileCount();
        await using var life = new Life(world.Greeting, _namespace);
        var (cpu, watch) = (Measuring.Cpu(), Stopwatch.StartNew());
        await life.Host.StartAsync(CancellationToken.None);
        await Measuring.UntilAsync(() => reconciles["gemmabaseimage"] >= options.Objects && reconciles["gemmabuild"] >= options.Objects);
        report["secondsToResyncAfterRestart"] = Measuring.Round(watch.Elapsed.TotalSeconds);
        report["cpuSecondsToResync"] = Measuring.Round((Measuring.Cpu() - cpu).TotalSeconds);
        report["writesAfterRestart"] = (await life.CallsAsync()).Writes();

        var before = await life.CallsAsync();
        var changes = Math.Min(options.Changes, options.Objects);
        var latencies = JsonSerializer.Deserialize<double[]>(await world.AskAsync($"change {changes} {options.PerSecond}"))!.Order().ToArray();
        await world.AskAsync($"await-ready {changes} 2");
        report["changesPerSecond"] = options.PerSecond;
        report["p50Ms"] = Measuring.Percentile(latencies, 0.50);
        report["p95Ms"] = Measuring.Percentile(latencies, 0.95);
        report["p99Ms"] = Measuring.Percentile(latencies, 0.99);
        report["callsPerChange"] = (await life.CallsAsync()).Per(before, changes);
        await life.Host.WriteMetricsAsync(Stream.Null, CancellationToken.None);
        report["idleCpuPercentOfACore"] = await Measuring.IdlePercentAsync();
        report["rssMiB"] = Measuring.RssMiB();
        report["liveMiB"] = Measuring.LiveMiB();
    }

    /// <summary>One life of the operator, with its own metrics.</summary>
    private sealed class Life : IAsyncDisposable
    {
        private readonly CollectorRegistry _metrics = Metrics.NewCustomRegistry();

        public Life(string kubeconfig, string ns) => Host = new OperatorHost(
            new OperatorOptions { Namespace = ns, ServerImage = "registry.example.com/gemma-server:1" },
            () => KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig),
            NullLoggerFactory.Instance,
            TimeProvider.System,
            _metrics);

        public OperatorHost Host { get; }

        public Task<IReadOnlyDictionary<string, long>> CallsAsync() => Calls.ByVerbAsync(_metrics);

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
