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
            ids.IndexCopyInPlace(0, drawn, Draw(logits.IndexSelect(0, drawn), inputs.Columns.IndexSelect(1, drawn)));
        }

        if (inputs.Cut is { } cut)
        {
            ids.IndexCopyInPlace(
                0,
                cut,
                DrawCut(logits.IndexSelect(0, cut), inputs.Columns.IndexSelect(1, cut), inputs.HasMinP)
            );
        }

        return ids;
    }

    /// <summary>
    /// Draws once by the inverse of the cumulated probabilities, in the vocabulary's order: nothing needs sorting.
    /// </summary>
    private static Tensor Draw(Tensor logits, Tensor columns)
    {
        var cumulated = logits.DivideInPlace(columns.Select(0).Unsqueeze(1)).Softmax().CumulatedSum();
        return Pick(cumulated, columns.Select(3).Unsqueeze(1)).Minimum(Tensor.Number(logits.Size(1) - 1));
    }

    /// <summary>
    /// Applies temperature, then min-p and top-k, then top-p, then draws once from what is left, likeliest first.
    /// </summary>
    private static Tensor DrawCut(Tensor logits, Tensor columns, bool hasMinP)
    {
        var (sorted, order) = logits.DivideInPlace(columns.Select(0).Unsqueeze(1)).SortDescending();
        // Ranks from 1 on: whole numbers below 2^24 are exact in float32, and no vocabulary is larger.
        var ranks = Tensor.Full([1, logits.Size(1)], 1, ScalarType.Float32, logits.Device).CumulatedSum();
        var kept = ranks.LessOrEqual(columns.Select(1).Unsqueeze(1));
        var probabilities = sorted.Softmax();
        if (hasMinP)
        {
            var least = probabilities.Narrow(1, 0, 1).Multiply(columns.Select(4).Unsqueeze(1));
            kept = kept.And(probabilities.GreaterOrEqual(least));
        }

        probabilities.MultiplyInPlace(kept);
        probabilities = probabilities.Divide(probabilities.Sum());
        // A token stays while the ones before it have not reached top-p: the first always stays.
        var before = probabilities.CumulatedSum().Subtract(probabilities);
        kept = kept.And(before.Less(columns.Select(2).Unsqueeze(1))).Or(ranks.Equal(Tensor.Number(1f)));
        var pick = Pick(probabilities.MultiplyInPlace(kept).CumulatedSum(), columns.Select(3).Unsqueeze(1));
        // What stays leads, and the first does, so that the others' number is the last one's place.
        return order.Gather(1, pick.Minimum(kept.Narrow(1, 1, kept.Size(1) - 1).Sum()));
    }

    /// <summary>Counts how many tokens lie wholly below the drawn part of all probability.</summary>
    private static Tensor Pick(Tensor cumulated, Tensor uniform) =>
        cumulated.LessOrEqual(cumulated.Narrow(1, -1, 1).Multiply(uniform)).Sum();
}
