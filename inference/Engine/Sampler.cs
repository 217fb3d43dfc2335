using GemmaInference.Engine.Drawing;
using GemmaInference.Torch;

namespace GemmaInference.Engine;

/// <summary>
/// Chooses one token per row, on the device for all rows at once. How a row is drawn depends on its own settings and
/// random numbers only, never on its neighbours. The order is vLLM's (v1/sample/sampler.py): grammars, barred tokens
/// and biases, repetition penalty, frequency and presence penalties, temperature, min-p, top-k, top-p.
/// </summary>
internal static class Sampler
{
    /// <summary>Chooses; the answer stays on the device, to be read with all else of the step.</summary>
    /// <param name="logits">[rows, vocabulary] in float32; changed by biases and penalties.</param>
    /// <returns>What <see cref="Unpack"/> takes, [rows, width].</returns>
    public static Tensor Choose(Tensor logits, SamplingInputs inputs)
    {
        using var scope = TensorScope.Open();
        var wanted = inputs.Rows.Max(row => row.Request.TopLogprobs ?? -1);
        // Log-probabilities speak of the model, so they are taken before biases and penalties.
        Tensor? logprobs = wanted >= 0 ? logits.LogSoftmax() : null;
        BarredTokens.Apply(logits, inputs.Barred);
        if (inputs.Biases is { } biases)
        {
            var (rows, tokens) = Places(biases);
            logits.IndexPutInPlace(rows, tokens, biases.Select(2), accumulate: true);
        }

        if (inputs.Prompts is { } prompts)
        {
            var (rows, tokens) = prompts;
            var penalty = inputs.Columns.Select(5).IndexSelect(0, rows);
            logits.IndexPutInPlace(rows, tokens, Repeated(logits.Index(rows, tokens), penalty));
        }

        if (inputs.Penalties is { } penalties)
        {
            var (rows, tokens) = Places(penalties);
            var repeated = Repeated(logits.Index(rows, tokens), penalties.Select(2));
            logits.IndexPutInPlace(rows, tokens, repeated.Subtract(penalties.Select(3)));
        }

        var ids = ChooseIds(logits, inputs);
        // Ids below 2^24 are exact in float32, and no vocabulary is larger.
        var packed = ids.To(ScalarType.Float32);
        return scope.Keep(
            logprobs is { } all ? Tensor.Concatenate(1, packed, PromptScorer.Describe(all, ids, wanted)) : packed
        );
    }

    /// <summary>Reads what was chosen, once it is on the host.</summary>
    public static IReadOnlyList<EngineEvent.Token> Unpack(float[] values, SamplingInputs inputs)
    {
        var width = values.Length / inputs.Rows.Count;
        return
        [
            .. inputs.Rows.Select(
                (row, index) =>
                {
                    var own = values.AsSpan(index * width, width);
                    return row.Request.TopLogprobs is { } count
                        ? PromptScorer.Unpack((int)own[0], own[1..], count)
                        : new EngineEvent.Token((int)own[0], 0, []);
                }
            ),
        ];
    }

    private static (Tensor Rows, Tensor Tokens) Places(Tensor entries) =>
        (entries.Select(0).To(ScalarType.Int64), entries.Select(1).To(ScalarType.Int64));

    /// <summary>Makes logits of tokens that were there before less likely, whatever their sign.</summary>
    private static Tensor Repeated(Tensor logits, Tensor penalty) =>
        logits.Divide(penalty).Where(logits.Greater(Tensor.Number(0f)), logits.Multiply(penalty));

    /// <returns>[rows, 1]</returns>
    private static Tensor ChooseIds(Tensor logits, SamplingInputs inputs)
    {
        var greedy = inputs.Rows.Count - (inputs.Drawn?.Size(0) ?? 0) - (inputs.Cut?.Size(0) ?? 0);
        var ids = greedy > 0 ? logits.ArgMax() : Tensor.Empty([inputs.Rows.Count, 1], ScalarType.Int64, logits.Device);
        if (inputs.Drawn is { } drawn)
        {
            ids.IndexCopyInPlace(
                0,
                drawn,
                TokenDraw.FromAll(logits.IndexSelect(0, drawn), inputs.Columns.IndexSelect(1, drawn))
            );
        }

        if (inputs.Cut is { } cut)
        {
            ids.IndexCopyInPlace(
                0,
                cut,
                TokenDraw.FromCut(logits.IndexSelect(0, cut), inputs.Columns.IndexSelect(1, cut), inputs.HasMinP)
            );
        }

        return ids;
    }
}
