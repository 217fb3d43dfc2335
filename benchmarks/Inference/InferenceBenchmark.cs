using System.Reflection;
using System.Text.Json;
using GemmaInference.Image;
using GemmaInference.Model;
using GemmaInference.Native;
using GemmaInference.Torch;

namespace Benchmarks.Inference;

/// <summary>
/// Measures the server (<c>-- inference [publish directory | --only server|loss|gpu]</c>) and prints one JSON line.
/// Where there is no GPU, what measures one is rehearsed with a tiny model.
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
            };
            var (only, publish) = args is ["--only", var name] ? (name, null) : ("", args.FirstOrDefault());
            if (only is "" or "server")
            {
                results["startMilliseconds"] = await StartTime.MeasureAsync(publish, scratch, lib, cancellation);
                results["appLayerBytes"] = publish is null ? null : LayerBytes(publish, scratch);
                Add(DecodeCost.Measure(device));
                Add(ShapeCost.Measure(device));
            }

            if (only is "" or "loss")
            {
                Add(QuantizationLoss.Measure(scratch));
            }

            if (only is "" or "gpu")
            {
                results["gpu"] = GpuDecode.Measure(device, cancellation);
            }

            Console.WriteLine(JsonSerializer.Serialize(results));
            return 0;

            void Add(Dictionary<string, object> measures)
            {
                foreach (var (name, value) in measures)
                {
                    results[name] = value;
                }
            }
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
