using System.Text.Json.Nodes;
using GemmaInference.Model;
using StandIns.Hub;

namespace Benchmarks.Fetch;

/// <summary>
/// Measures <c>gemma-inference fetch</c> beside a plain copy (one GET into a file, then onto the disk) of the same file
/// from the same stand-in, each as a process of its own, in turns.
/// </summary>
internal static class FetchBenchmark
{
    private const string Repository = "bench/model";

    public static async Task<int> RunAsync(string[] args)
    {
        if (FetchBenchmarkArguments.Parse(args, out var trouble) is not var (gib, rounds))
        {
            await Console.Error.WriteLineAsync($"benchmarks fetch: {trouble}");
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("fetch-bench-");
        await using var hub = await HubStandIn.StartAsync(CancellationToken.None);
        try
        {
            var large = HubFile.Generated("large.bin", gib << 30);
            hub.Repository(Repository).Commit("main", [.. Tiny(folder.FullName), large]);
            var copies = new List<ProcessRun>();
            var fetches = new List<ProcessRun>();
            for (var round = 0; round < rounds; round++)
            {
                copies.Add(await CopyAsync(hub, large, folder.FullName));
                fetches.Add(await FetchAsync(hub, folder.FullName));
            }

            Console.WriteLine(
                new JsonObject
                {
                    ["gib"] = gib,
                    ["copyMBs"] = Speeds(copies, large.Size),
                    ["fetchMBs"] = Speeds(fetches, large.Size),
                    ["ratio"] = Math.Round(Best(copies) / Best(fetches), 2),
                    ["pairRatios"] = new JsonArray([
                        .. copies.Zip(fetches, (c, f) => (JsonNode)Math.Round(c.Seconds / f.Seconds, 2)),
                    ]),
                    ["fetchPeakRssMiB"] = fetches.Max(run => run.PeakRssMiB),
                    ["copyPeakRssMiB"] = copies.Max(run => run.PeakRssMiB),
                    ["fetchCpuSeconds"] = Math.Round(fetches.Min(run => run.CpuSeconds), 2),
                    ["copyCpuSeconds"] = Math.Round(copies.Min(run => run.CpuSeconds), 2),
                }.ToJsonString()
            );
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Best(IEnumerable<ProcessRun> runs) => runs.Min(run => run.Seconds);

    private static JsonArray Speeds(IEnumerable<ProcessRun> runs, long bytes) =>
        new([.. runs.Select(run => (JsonNode)Math.Round(bytes / 1e6 / run.Seconds))]);

    private static async Task<ProcessRun> CopyAsync(HubStandIn hub, HubFile file, string folder)
    {
        var target = Path.Combine(folder, "copy.bin");
        var run = await ProcessRun.RunAsync(
            Environment.ProcessPath!,
            ["plain-copy", new Uri(hub.Store, file.Sha256).ToString(), target]
        );
        File.Delete(target);
        return run;
    }

    private static async Task<ProcessRun> FetchAsync(HubStandIn hub, string folder)
    {
        var target = Path.Combine(folder, "model");
        // As RunningServer of the tests: what was published, or what was built.
        var published = Environment.GetEnvironmentVariable("GEMMA_SERVER");
        var run = await ProcessRun.RunAsync(
            published ?? "dotnet",
            [
                .. published is null
                    ? [Path.Combine(AppContext.BaseDirectory, "gemma-inference.dll")]
                    : Array.Empty<string>(),
                "fetch",
                $"hub:{Repository}@main",
                "--to",
                target,
                "--endpoint",
                hub.Endpoint.ToString(),
                "--include",
                "*.bin",
            ]
        );
        Directory.Delete(target, recursive: true);
        return run;
    }

    private static IReadOnlyList<HubFile> Tiny(string folder)
    {
        var directory = Path.Combine(folder, "tiny");
        TinyModel.Write(directory);
        return
        [
            .. Directory.EnumerateFiles(directory).Select(p => HubFile.Of(Path.GetFileName(p), File.ReadAllBytes(p))),
        ];
    }
}
