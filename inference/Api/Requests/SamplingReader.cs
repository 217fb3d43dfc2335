using System.Globalization;
using System.Text.Json;

namespace GemmaInference.Api.Requests;

/// <summary>Reads how tokens are chosen: OpenAI's fields, and vLLM's beside them with its names and meanings.</summary>
internal static class SamplingReader
{
    /// <summary>Bounds temperatures: OpenAI takes up to 2, vLLM took any; what is hotter draws evenly anyway.</summary>
    private const double MaxTemperature = 1000;

    /// <summary>Bounds biases and stop tokens, each of which costs a number per step.</summary>
    private const int MaxBiases = 1024;
    private const int MaxStopTokens = 256;

    /// <exception cref="ApiException">A field can't be used.</exception>
    public static SamplingFields Read(RequestFields fields, int? maxTokens)
    {
        var minTokens = (int)(fields.Whole("min_tokens", 0, int.MaxValue) ?? 0);
        if (minTokens > maxTokens)
        {
            throw fields.Expected("min_tokens", $"at most max_tokens, {maxTokens}");
        }

        return new SamplingFields(
            fields.Number("temperature", 0, MaxTemperature),
            fields.Number("top_p", 0.000001, 1),
            // vLLM's clients switch it off with −1.
            fields.Whole("top_k", -1, int.MaxValue)
                is { } k
                ? Math.Max(0, (int)k)
                : null,
            fields.Number("min_p", 0, 1),
            fields.Number("repetition_penalty", 0.01, 100),
            fields.Number("presence_penalty", -2, 2) ?? 0,
            fields.Number("frequency_penalty", -2, 2) ?? 0,
            fields.Whole("seed", long.MinValue, long.MaxValue),
            Biases(fields),
            fields.Take("stop_token_ids") is { } stops ? fields.TokenIds("stop_token_ids", stops, MaxStopTokens) : [],
            fields.Flag("ignore_eos"),
            minTokens
        );
    }

    private static Dictionary<int, float> Biases(RequestFields fields)
    {
        var biases = new Dictionary<int, float>();
        if (fields.Take("logit_bias") is not { } value)
        {
            return biases;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw fields.Expected("logit_bias", "an object of token ids with numbers");
        }

        foreach (var entry in value.EnumerateObject())
        {
            if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                throw fields.Expected($"logit_bias.{entry.Name}", "a token id as the name, such as \"50\"");
            }

            if (
                entry.Value.ValueKind != JsonValueKind.Number
                || !entry.Value.TryGetSingle(out var bias)
                || bias is not (>= -100 and <= 100)
            )
            {
                throw fields.Expected($"logit_bias.{entry.Name}", "a number from -100 to 100");
            }

            if (biases.Count == MaxBiases || !biases.TryAdd(id, bias))
            {
                throw fields.Expected("logit_bias", $"up to {MaxBiases} token ids, each once");
            }
        }

        return biases;
    }
}
