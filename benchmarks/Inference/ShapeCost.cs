using GemmaInference.Model;
using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace Benchmarks.Inference;

/// <summary>
/// Measures prompts and decoding with random weights in the shape of Gemma 3 270M: processor time of one thread, the
/// least of some rounds, which other processes disturb little.
/// </summary>
internal static class ShapeCost
{
    private const int PromptTokens = 128;
    private const int Rounds = 5;
    private const int Context = 4096;

    private const string Shape = """
        {
          "model_type": "gemma3_text", "vocab_size": 262144, "hidden_size": 640, "intermediate_size": 2048,
          "num_hidden_layers": 18, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 256,
          "query_pre_attn_scalar": 256, "sliding_window": 512, "max_position_embeddings": 4096
        }
        """;

    public static Dictionary<string, object> Measure(Device device) =>
        new[]
        {
            One("Float32", ScalarType.Float32, Quantization.None),
            One("BFloat16", ScalarType.BFloat16, Quantization.None),
            One("Int8", ScalarType.BFloat16, Quantization.Int8),
            One("Int4", ScalarType.BFloat16, Quantization.Int4),
        }
            .Select(form => (form.Name, Measures: Measure(device, form.Type, form.Quantization)))
            .ToDictionary(form => $"shape270M{form.Name}", form => (object)form.Measures);

    private static (string Name, ScalarType Type, Quantization Quantization) One(
        string name,
        ScalarType type,
        Quantization quantization
    ) => (name, type, quantization);

    private static Dictionary<string, object> Measure(Device device, ScalarType type, Quantization quantization)
    {
        using var model = RandomModel.Make(
            GemmaConfigReader.Read(Shape, "benchmark"),
            Context,
            type,
            device,
            quantization
        );
        using var cache = model.NewCache(8);
        return new Dictionary<string, object>
        {
            ["weightMebibytes"] = model.Weights.Bytes >> 20,
            ["cacheMebibytesPerSlot"] = cache.Bytes / cache.Slots >> 20,
            ["prefillCpuMillisecondsPerToken"] = Least(1, [Row(0, 0, PromptTokens)]) / PromptTokens,
            ["eightPromptsOf8CpuMillisecondsPerToken"] =
                Least(1, [.. Enumerable.Range(0, 8).Select(slot => Row(slot, 0, 8))]) / 64,
            ["decodeCpuMillisecondsBatch1"] = Least(8, [Row(0, PromptTokens, 1)]),
            ["decodeCpuMillisecondsBatch8"] = Least(
                3,
                [.. Enumerable.Range(0, 8).Select(slot => Row(slot, PromptTokens, 1))]
            ),
            ["decodeCpuMillisecondsBatch8MixedLengths"] = Mixed(),
        };

        StepRow Row(int slot, int start, int count) => new(slot, start, Enumerable.Range(0, count).ToArray());

        double Mixed()
        {
            for (var start = 0; start < Context - 512; start += 512)
            {
                using var scope = TensorScope.Open();
                model.Read(cache, model.Plan(cache, [Row(0, start, 512)]));
            }

            return Least(
                3,
                [.. Enumerable.Range(0, 8).Select(slot => Row(slot, slot == 0 ? Context - 512 : PromptTokens, 1))]
            );
        }

        double Least(int steps, StepRow[] rows)
        {
            var least = double.MaxValue;
            for (var round = 0; round < Rounds; round++)
            {
                var start = Environment.CpuUsage.TotalTime;
                for (var step = 0; step < steps; step++)
                {
                    using var scope = TensorScope.Open();
                    model.Run(cache, model.Plan(cache, rows)).ArgMax().ToArray<long>();
                }

                least = Math.Min(least, (Environment.CpuUsage.TotalTime - start).TotalMilliseconds / steps);
            }

            return Math.Round(least, 2);
        }
    }
}
