using System.Text.Json;
using System.Text.Json.Nodes;
using Benchmarks.Harness;

namespace Benchmarks.Fleet;

/// <summary>
/// Measures the operator as it ships (<c>converge --product</c>), over N images that were built and aren't served yet:
/// rolls them out, is restarted, follows changes, is scraped, idles. Each life of it is a process of its own.
/// </summary>
internal sealed class FleetCommand(ConvergeOptions options)
{
    private readonly string _namespace = $"fleet-{Guid.NewGuid():N}"[..14];

    public async Task<JsonObject> MeasureAsync()
    {
        await using var world = await LineProcess.StartAsync(["fleet-world", _namespace]);
        await world.AskAsync($"create {options.Objects}");
        var report = new JsonObject
        {
            ["objects"] = options.Objects,
            ["server"] = "LocalCluster",
            ["reconcilers"] = "product",
        };
        await ConvergeAsync(world, report);
        await RestartAsync(world, report);
        return report;
    }

    private Task<LineProcess> StartAsync(LineProcess world) =>
        LineProcess.StartAsync(["fleet-life", _namespace, world.Greeting]);

    private async Task ConvergeAsync(LineProcess world, JsonObject report)
    {
        await using var life = await StartAsync(world);
        await world.AskAsync($"await-ready {options.Objects} 1");
        report["converging"] = await UsedAsync(life, "used");
        report["callsPerObject"] = (await CallsAsync(life)).Per(before: null, options.Objects);
    }

    private async Task RestartAsync(LineProcess world, JsonObject report)
    {
        await using var life = await StartAsync(world);
        report["restarted"] = await UsedAsync(life, $"await-reconciles {options.Objects}");
        var before = await CallsAsync(life);
        report["writesAfterRestart"] = before.Writes();

        var changes = Math.Min(options.Changes, options.Objects);
        var latencies = JsonSerializer
            .Deserialize<double[]>(await world.AskAsync($"change {changes} {options.PerSecond}"))!
            .Order()
            .ToArray();
        await world.AskAsync($"await-ready {changes} 2");
        report["changesPerSecond"] = options.PerSecond;
        report["p50Ms"] = Measuring.Percentile(latencies, 0.50);
        report["p95Ms"] = Measuring.Percentile(latencies, 0.95);
        report["p99Ms"] = Measuring.Percentile(latencies, 0.99);
        report["callsPerChange"] = (await CallsAsync(life)).Per(before, changes);
        report["scraped"] = await UsedAsync(life, "scrape");
        report["idleCpuPercentOfACore"] = await UsedAsync(life, "idle");
        report["ended"] = await UsedAsync(life, "used");
    }

    private static async Task<JsonNode> UsedAsync(LineProcess life, string command) =>
        JsonNode.Parse(await life.AskAsync(command))!;

    private static async Task<IReadOnlyDictionary<string, long>> CallsAsync(LineProcess life) =>
        JsonSerializer.Deserialize<Dictionary<string, long>>(await life.AskAsync("calls"))!;
}
