using GemmaInference.Engine.Drawing;
using GemmaInference.Model;
using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace Benchmarks.Inference;

/// <summary>
/// Measures what rounding weights loses: text is drawn from the tiny model in float32, and each form says how likely it
/// finds that text. Its weights are random, the hardest kind to round; real ones lose less.
/// </summary>
internal static class QuantizationLoss
{
    private const int Tokens = 500;
    private const int Texts = 4;

    /// <param name="directory">With the tiny model.</param>
    public static Dictionary<string, object> Measure(string directory)
    {
        var config = GemmaConfigReader.ReadDirectory(directory);
        using var exact = Load(config, directory, ScalarType.Float32, Quantization.None);
        int[][] texts = [.. Enumerable.Range(1, Texts).Select(seed => Drawn(exact, seed))];
        float[][] expected = [.. texts.Select(text => Logprobs(exact, text))];
        return new[]
        {
            (Name: "float32", Type: ScalarType.Float32, Form: Quantization.None),
            (Name: "bfloat16", Type: ScalarType.BFloat16, Form: Quantization.None),
            (Name: "int8", Type: ScalarType.BFloat16, Form: Quantization.Int8),
            (Name: "int4", Type: ScalarType.BFloat16, Form: Quantization.Int4),
        }.ToDictionary(
            form => $"loss{form.Name}",
            object (form) =>
            {
                using var model = Load(config, directory, form.Type, form.Form);
                return Compare(config.VocabSize, texts, expected, [.. texts.Select(text => Logprobs(model, text))]);
            }
        );
    }

    private static GemmaModel Load(GemmaConfig config, string directory, ScalarType type, Quantization quantization)
    {
        using var checkpoint = Checkpoint.Open(directory);
        var weights = WeightLoader.Load(config, checkpoint, type, Device.Cpu, quantization);
        return new GemmaModel(config, weights, Tokens + 1, type, Device.Cpu);
    }

    private static int[] Drawn(GemmaModel model, int seed)
    {
        using var cache = model.NewCache(1);
        var random = new Random(seed);
        var text = new List<int> { 2 };
        while (text.Count <= Tokens)
        {
            using var scope = TensorScope.Open();
            var row = new StepRow(0, text.Count - 1, new[] { text[^1] });
            var logits = model.Run(cache, model.Plan(cache, [row]));
            float[] settings = [1, float.MaxValue, 1, random.NextSingle(), 0, 1];
            var columns = Tensor.Of(settings, Device.Cpu).View(TokenDraw.Settings, 1);
            text.Add((int)TokenDraw.FromAll(logits, columns).ToArray<long>()[0]);
        }

        return [.. text];
    }

    /// <summary>Returns the logarithms of all tokens' probabilities after each token but the last.</summary>
    private static float[] Logprobs(GemmaModel model, int[] text)
    {
        using var cache = model.NewCache(1);
        using var scope = TensorScope.Open();
        var plan = model.Plan(cache, [new StepRow(0, 0, text.AsMemory(0, text.Length - 1))]);
        return model.Run(cache, plan, everyRow: true).LogSoftmax().ToArray<float>();
    }

    private static Dictionary<string, object> Compare(
        int vocabulary,
        int[][] texts,
        float[][] expected,
        float[][] actual
    )
    {
        var (loss, divergence, same, count) = (0.0, 0.0, 0, 0);
        for (var text = 0; text < texts.Length; text++)
        {
            for (var at = 0; at < texts[text].Length - 1; at++, count++)
            {
                var right = expected[text].AsSpan(at * vocabulary, vocabulary);
                var own = actual[text].AsSpan(at * vocabulary, vocabulary);
                loss -= own[texts[text][at + 1]];
                for (var token = 0; token < vocabulary; token++)
                {
                    divergence += Math.Exp(right[token]) * (right[token] - own[token]);
                }

                same += Likeliest(right) == Likeliest(own) ? 1 : 0;
            }
        }

        return new Dictionary<string, object>
        {
            ["perplexity"] = Math.Round(Math.Exp(loss / count), 2),
            ["meanDivergence"] = Math.Round(divergence / count, 5),
            ["sameLikeliestPercent"] = Math.Round(100.0 * same / count, 1),
        };
    }

    private static int Likeliest(ReadOnlySpan<float> logprobs)
    {
        var best = 0;
        for (var token = 1; token < logprobs.Length; token++)
        {
            best = logprobs[token] > logprobs[best] ? token : best;
        }

        return best;
    }
}
