using GemmaInference.Model;
using GemmaInference.Torch;

namespace Benchmarks.Inference;

/// <summary>
/// Measures prompts and decoding with random weights in the shape of Gemma 3 270M, in float32: processor time of one
/// thread, the least of some rounds, which other processes disturb little.
/// </summary>
internal static class ShapeCost
{
    private const int PromptTokens = 128;
    private const int Rounds = 5;

    private const string Shape = """
        {
          "model_type": "gemma3_text", "vocab_size": 262144, "hidden_size": 640, "intermediate_size": 2048,
          "num_hidden_layers": 18, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 256,
          "query_pre_attn_scalar": 256, "sliding_window": 512, "max_position_embeddings": 1024
        }
        """;

    public static Dictionary<string, object> Measure(Device device)
    {
        using var model = RandomModel.Make(
            GemmaConfigReader.Read(Shape, "benchmark"),
            1024,
            ScalarType.Float32,
            device
        );
        using var cache = model.NewCache(8);
        int[] prompt = [.. Enumerable.Range(0, PromptTokens)];
        return new Dictionary<string, object>
        {
            ["prefillCpuMillisecondsPerToken270M"] =
                Least(1, () => model.PlanPrefill(cache, 0, 0, prompt)) / PromptTokens,
            ["decodeCpuMilliseconds270MBatch1"] = Least(8, () => Decode(1)),
            ["decodeCpuMilliseconds270MBatch8"] = Least(3, () => Decode(8)),
        };

        StepPlan Decode(int batch)
        {
            int[] slots = [.. Enumerable.Range(0, batch)];
            return model.PlanDecode(cache, slots, [.. slots.Select(_ => PromptTokens)], slots);
        }

        double Least(int steps, Func<StepPlan> plan)
        {
            var least = double.MaxValue;
            for (var round = 0; round < Rounds; round++)
            {
                var start = Environment.CpuUsage.TotalTime;
                for (var step = 0; step < steps; step++)
                {
                    using var scope = TensorScope.Open();
                    model.Run(cache, plan()).ArgMax().ToArray<long>();
                }

                least = Math.Min(least, (Environment.CpuUsage.TotalTime - start).TotalMilliseconds / steps);
            }

            return Math.Round(least, 2);
        }
    }
}
