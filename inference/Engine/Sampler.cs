using TorchSharp;

namespace GemmaInference.Engine;

/// <summary>
/// Chooses one token per row, on the device for all rows at once. How a row is drawn depends on its own settings and
/// random numbers only, never on its neighbours. The order is vLLM's (v1/sample/sampler.py): barred tokens and biases,
/// repetition penalty, frequency and presence penalties, temperature, min-p, top-k, top-p.
/// </summary>
internal static class Sampler
{
    /// <summary>Chooses; the answer stays on the device, to be read with all else of the step.</summary>
    /// <param name="logits">[rows, vocabulary] in float32; changed by biases and penalties.</param>
    /// <returns>What <see cref="Unpack"/> takes, [rows, width].</returns>
    public static torch.Tensor Choose(torch.Tensor logits, SamplingInputs inputs)
    {
        using var scope = torch.NewDisposeScope();
        var wanted = inputs.Rows.Max(row => row.Request.TopLogprobs ?? -1);
        // Log-probabilities speak of the model, so they are taken before biases and penalties.
        var logprobs = wanted >= 0 ? logits.log_softmax(-1) : null;
        if (inputs.Biases is { } biases)
        {
            logits.index_put_(biases[2], Places(biases), accumulate: true);
        }

        if (inputs.Prompts is { } prompts)
        {
            logits.index_put_(Repeated(logits.index(prompts), inputs.Columns[5].index_select(0, prompts[0])), prompts);
        }

        if (inputs.Penalties is { } penalties)
        {
            var places = Places(penalties);
            var repeated = Repeated(logits.index(places), penalties[2]);
            logits.index_put_(repeated.sub_(penalties[3]), places);
        }

        var ids = ChooseIds(logits, inputs);
        // Ids below 2^24 are exact in float32, and no vocabulary is larger.
        var packed = ids.to(torch.float32);
        return (
            logprobs is null ? packed : torch.cat([packed, PromptScorer.Describe(logprobs, ids, wanted)], 1)
        ).MoveToOuterDisposeScope();
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

    private static torch.Tensor[] Places(torch.Tensor entries) =>
        [entries[0].to(torch.int64), entries[1].to(torch.int64)];

    /// <summary>Makes logits of tokens that were there before less likely, whatever their sign.</summary>
    private static torch.Tensor Repeated(torch.Tensor logits, torch.Tensor penalty) =>
        torch.where(logits.gt(0), logits.div(penalty), logits.mul(penalty));

    /// <returns>[rows, 1]</returns>
    private static torch.Tensor ChooseIds(torch.Tensor logits, SamplingInputs inputs)
    {
        var greedy = inputs.Rows.Count - (inputs.Drawn?.shape[0] ?? 0) - (inputs.Cut?.shape[0] ?? 0);
        var ids =
            greedy > 0
                ? logits.argmax(-1, keepdim: true)
                : torch.empty([inputs.Rows.Count, 1], torch.int64, logits.device);
        if (inputs.Drawn is { } drawn)
        {
            ids.index_copy_(0, drawn, Draw(logits.index_select(0, drawn), inputs.Columns.index_select(1, drawn)));
        }

        if (inputs.Cut is { } cut)
        {
            ids.index_copy_(
                0,
                cut,
                DrawCut(logits.index_select(0, cut), inputs.Columns.index_select(1, cut), inputs.HasMinP)
            );
        }

        return ids;
    }

    /// <summary>
    /// Draws once by the inverse of the cumulated probabilities, in the vocabulary's order: nothing needs sorting.
    /// </summary>
    private static torch.Tensor Draw(torch.Tensor logits, torch.Tensor columns)
    {
        var cumulated = logits.div_(columns[0].unsqueeze(1)).softmax(-1).cumsum(-1);
        return Pick(cumulated, columns[3].unsqueeze(1)).clamp_max(logits.shape[1] - 1);
    }

    /// <summary>
    /// Applies temperature, then min-p and top-k, then top-p, then draws once from what is left, likeliest first.
    /// </summary>
    private static torch.Tensor DrawCut(torch.Tensor logits, torch.Tensor columns, bool hasMinP)
    {
        var (sorted, order) = logits.div_(columns[0].unsqueeze(1)).sort(-1, descending: true);
        var ranks = torch.arange(0, logits.shape[1], 1, torch.float32, logits.device).unsqueeze(0);
        var kept = ranks.lt(columns[1].unsqueeze(1));
        var probabilities = sorted.softmax(-1);
        if (hasMinP)
        {
            kept = kept.logical_and_(probabilities.ge(probabilities.narrow(1, 0, 1).mul(columns[4].unsqueeze(1))));
        }

        probabilities.mul_(kept);
        probabilities = probabilities.div(probabilities.sum(-1, keepdim: true));
        // A token stays while the ones before it have not reached top-p: the first always stays.
        kept = kept.logical_and_(probabilities.cumsum(-1).sub_(probabilities).lt(columns[2].unsqueeze(1)))
            .logical_or_(ranks.eq(0));
        var pick = Pick(probabilities.mul_(kept).cumsum(-1), columns[3].unsqueeze(1));
        return order.gather(1, torch.minimum(pick, kept.sum(-1, keepdim: true).sub(1)));
    }

    /// <summary>Counts how many tokens lie wholly below the drawn part of all probability.</summary>
    private static torch.Tensor Pick(torch.Tensor cumulated, torch.Tensor uniform) =>
        cumulated.le(cumulated.narrow(1, -1, 1).mul(uniform)).sum(-1, keepdim: true);
}
