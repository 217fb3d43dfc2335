using System.Diagnostics;
using GemmaInference.Model;
using GemmaInference.Torch;

namespace Benchmarks.Inference;

/// <summary>
/// Measures what one decoded token costs beside arithmetic. The model is so small that nearly all of its time is the
/// path from C# through libtorch's dispatcher: an upper bound of the overhead.
/// </summary>
internal static class DecodeCost
{
    private const int Layers = 32;
    private const int Steps = 400;

    public static Dictionary<string, object> Measure(Device type)
    {
        var config = GemmaConfigReader.Read(
            $$"""
            {
              "model_type": "gemma3_text", "vocab_size": 64, "hidden_size": 16, "intermediate_size": 16,
              "num_hidden_layers": {{Layers}}, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 8,
              "max_position_embeddings": 1024
            }
            """,
            "benchmark"
        );
        using var model = RandomModel.Make(config, 1024, ScalarType.Float32, type);
        using var cache = model.NewCache(1);
        Decode(model, cache, 50);
        var rounds = Enumerable
            .Range(0, 5)
            .Select(_ => Round(model, cache))
            .OrderBy(round => round.Milliseconds)
            .ToList();
        return new Dictionary<string, object>
        {
            ["overheadMillisecondsPerLayerAndToken"] = Math.Round(rounds[2].Milliseconds / Layers, 4),
            ["overheadCpuMillisecondsPerLayerAndToken"] = Math.Round(
                rounds.Min(round => round.CpuMilliseconds) / Layers,
                4
            ),
            ["allocatedBytesPerToken"] = rounds[2].Bytes,
            ["allocatedBytesPerLayerAndToken"] = rounds[2].Bytes / Layers,
        };
    }

    private static (double Milliseconds, double CpuMilliseconds, long Bytes) Round(GemmaModel model, KvCache cache)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        // Processor time tells the cost apart from what other processes took meanwhile.
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        Decode(model, cache, Steps);
        return (
            Stopwatch.GetElapsedTime(start).TotalMilliseconds / Steps,
            (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / Steps,
            (GC.GetAllocatedBytesForCurrentThread() - bytes) / Steps
        );
    }

    private static void Decode(GemmaModel model, KvCache cache, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            using var scope = TensorScope.Open();
            model.Run(cache, model.Plan(cache, [new StepRow(0, step, new[] { step % 64 })])).ArgMax().ToArray<long>();
        }
    }
}
