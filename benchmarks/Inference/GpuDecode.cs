using System.Diagnostics;
using GemmaInference.Model;
using GemmaInference.Torch;

namespace Benchmarks.Inference;

/// <summary>
/// Measures the time per output token of 2B- and 7B-shaped random models in bfloat16 at batch 1, 8 and 32, beside the
/// bandwidth limit (weights in bytes ÷ GEMMA_GPU_BANDWIDTH in GB/s).
/// </summary>
internal static class GpuDecode
{
    private const int Steps = 64;
    private const int Context = 512;

    public static List<Dictionary<string, object?>> Measure(CancellationToken cancellation)
    {
        (string Name, string Config)[] shapes =
        [
            ("2b", """{"model_type":"gemma2"}"""),
            ("7b", """{"model_type":"gemma"}"""),
        ];
        var results = new List<Dictionary<string, object?>>();
        foreach (var (name, config) in shapes)
        {
            using var model = RandomModel.Make(
                GemmaConfigReader.Read(config, name),
                Context,
                ScalarType.BFloat16,
                Device.Cuda
            );
            foreach (var batch in new[] { 1, 8, 32 })
            {
                cancellation.ThrowIfCancellationRequested();
                using var cache = model.NewCache(batch);
                results.Add(One(name, model, cache));
            }
        }

        return results;
    }

    private static Dictionary<string, object?> One(string name, GemmaModel model, KvCache cache)
    {
        int[] slots = [.. Enumerable.Range(0, cache.Slots)];
        Run(8);
        var start = Stopwatch.GetTimestamp();
        Run(Steps);
        var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds / Steps;
        double? limit = double.TryParse(Environment.GetEnvironmentVariable("GEMMA_GPU_BANDWIDTH"), out var bandwidth)
            ? model.Weights.Bytes / bandwidth / 1e6
            : null;
        return new Dictionary<string, object?>
        {
            ["model"] = name,
            ["batch"] = cache.Slots,
            ["millisecondsPerToken"] = Math.Round(milliseconds, 3),
            ["bandwidthLimitMilliseconds"] = limit,
        };

        void Run(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                using var scope = TensorScope.Open();
                var plan = model.Plan(
                    cache,
                    [.. slots.Select(slot => new StepRow(slot, 128 + step, new[] { slot + step }))]
                );
                model.Run(cache, plan).ArgMax().ToArray<long>();
            }
        }
    }
}
