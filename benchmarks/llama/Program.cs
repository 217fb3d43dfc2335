using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Benchmarks.Llama;
using Benchmarks.Llama.Models;
using Benchmarks.Llama.Sides;
using GemmaInference.Native;
using GemmaInference.Torch;
using LLama.Native;

const string Usage = """
    usage: benchmarks-llama [--shape 270M|2B] [--precisions float32,bfloat16,int8,int4] [--rounds N] [--threads N]
             the server's model beside llama.cpp with the same random weights, in turns: one line of JSON, in which
             pairs are ours and llama.cpp's; TMPDIR says where llama.cpp's file lies meanwhile
    """;

if (Settings.Read(args) is not { } settings)
{
    Console.Error.WriteLine(Usage);
    return 2;
}

var package = typeof(Comparison)
    .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
    .Single(item => item.Key == "LibtorchPackage")
    .Value!;
var lib =
    Environment.GetEnvironmentVariable(TorchFinder.OverrideVariable)
    ?? Path.Combine(package, "runtimes", "linux-x64", "native");
TorchRuntime.Load(TorchFinder.Find(lib, TorchFinder.RecordedPath, () => null), Device.Cpu, settings.Threads);
NativeLibraryConfig.All.WithLogCallback((_, _) => { });
NativeApi.llama_empty_call();

var weights = new RandomWeights();
var scratch = Directory.CreateTempSubdirectory("gemma-llama-").FullName;
try
{
    using var copy = new StreamCopy();
    var results = new Dictionary<string, object?>
    {
        ["benchmark"] = "inference beside llama.cpp",
        ["shape"] = settings.Shape.Name,
        ["threads"] = settings.Threads,
        ["rounds"] = settings.Rounds,
        ["llamaCppBuild"] = Marshal.PtrToStringUTF8(NativeApi.llama_print_system_info())?.Trim(),
        ["load"] = Load(),
    };
    float[]? right = null;
    foreach (var precision in settings.Precisions)
    {
        var path = Path.Combine(scratch, "model.gguf");
        GgufModel.Write(path, settings.Shape, precision, weights);
        using var ours = new OurSide(settings.Shape, precision, weights);
        using var llama = new LlamaSide(path, settings.Threads);
        File.Delete(path);
        var (our, their) = (ours.Logits(Settings.ComparedTokens), llama.Logits(Settings.ComparedTokens));
        var measures = new Comparison(ours, llama, copy, settings.Rounds).Measure(settings.Steps);
        measures["differencePart"] = Drift.Of(their, our);
        if (precision.Type == ScalarType.Float32)
        {
            right = our;
        }
        else if (right is not null)
        {
            measures["driftOfLogits"] = new[] { Drift.Of(right, our), Drift.Of(right, their) };
            measures["perplexityPercent"] = new[]
            {
                Drift.PerplexityPercent(right, our),
                Drift.PerplexityPercent(right, their),
            };
        }

        results[precision.Name] = measures;
        Console.Error.WriteLine($"{precision.Name}: {JsonSerializer.Serialize(measures)}");
    }

    results["loadAtEnd"] = Load();
    Console.WriteLine(JsonSerializer.Serialize(results));
    return 0;
}
finally
{
    Directory.Delete(scratch, recursive: true);
}

static double Load() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
