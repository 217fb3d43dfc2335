using System.Reflection;
using System.Text.Json;
using GemmaInference.Image;
using GemmaInference.Model;
using GemmaInference.Native;
using GemmaInference.Torch;

namespace Benchmarks.Inference;

/// <summary>
/// Measures the server (<c>-- inference [publish directory]</c>) and prints one JSON line. CPU figures are measured
/// here; figures of a GPU appear only where libtorch found one.
/// </summary>
internal static class InferenceBenchmark
{
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellation)
    {
        var package = typeof(InferenceBenchmark)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(item => item.Key == "LibtorchPackage")
            .Value!;
        var packaged = Path.Combine(package, "runtimes", "linux-x64", "native");
        var lib = Environment.GetEnvironmentVariable(TorchFinder.OverrideVariable) ?? packaged;
        // One thread: of several the waiting for each other would be measured.
        var device = TorchRuntime.Load(TorchFinder.Find(lib, TorchFinder.RecordedPath, () => null), threads: 1);
        var scratch = Directory.CreateTempSubdirectory("gemma-bench-").FullName;
        try
        {
            TinyModel.Write(scratch);
            var results = new Dictionary<string, object?>
            {
                ["benchmark"] = "inference",
                ["device"] = device.ToString(),
                ["startMilliseconds"] = await StartTime.MeasureAsync(
                    args is [var directory, ..] ? directory : null,
                    scratch,
                    lib,
                    cancellation
                ),
                ["appLayerBytes"] = args is [var publish, ..] ? LayerBytes(publish, scratch) : null,
            };
            foreach (var (name, value) in DecodeCost.Measure(device))
            {
                results[name] = value;
            }

            foreach (var (name, value) in ShapeCost.Measure(device))
            {
                results[name] = value;
            }

            results["gpu"] =
                device == Device.Cuda ? GpuDecode.Measure(cancellation) : "unproved: no GPU on this machine";
            Console.WriteLine(JsonSerializer.Serialize(results));
            return 0;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static long LayerBytes(string publish, string scratch)
    {
        var archive = Path.Combine(scratch, "image.tar");
        LayersImage.Write(publish, archive);
        return new FileInfo(archive).Length;
    }
}
