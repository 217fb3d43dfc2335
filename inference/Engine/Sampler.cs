using TorchSharp;

namespace GemmaInference.Engine;

/// <summary>
/// Chooses one token per row, on the device for all rows at once; reading the packed answer is the step's only
/// synchronisation. How a row is drawn depends on its own settings and random numbers only, never on its neighbours.
/// </summary>
internal static class Sampler
{
    /// <param name="logits">[rows, vocabulary] in float32; changed by penalties.</param>
    public static IReadOnlyList<EngineEvent.Token> Sample(torch.Tensor logits, SamplingInputs inputs)
    {
        using var scope = torch.NewDisposeScope();
        var wanted = inputs.Rows.Max(row => row.Request.TopLogprobs ?? -1);
        // Log-probabilities speak of the model, so they are taken before penalties.
        var logprobs = wanted >= 0 ? logits.log_softmax(-1) : null;
        if (inputs.Penalties is { } penalties)
        {
            Penalise(logits, penalties);
        }

        var ids = Choose(logits, inputs);
        // Ids below 2^24 are exact in float32, and no vocabulary is larger.
        var packed = ids.to(torch.float32);
        if (logprobs is not null)
        {
            var (top, topIds) = logprobs.topk(Math.Max(1, wanted), -1, true, true);
            packed = torch.cat([packed, logprobs.gather(1, ids), top, topIds.to(torch.float32)], 1);
        }

        var width = (int)packed.shape[1];
        var values = packed.cpu().data<float>().ToArray();
        return
        [
            .. inputs.Rows.Select((row, index) => Unpack(values.AsSpan(index * width, width), row.Request.TopLogprobs)),
        ];
    }

    private static EngineEvent.Token Unpack(ReadOnlySpan<float> values, int? wanted)
    {
        if (wanted is not { } count)
        {
            return new EngineEvent.Token((int)values[0], 0, []);
        }

        var stride = (values.Length - 2) / 2;
        var top = new (int, float)[count];
        for (var i = 0; i < count; i++)
        {
            top[i] = ((int)values[2 + stride + i], values[2 + i]);
        }

        return new EngineEvent.Token((int)values[0], values[1], top);
    }

    private static void Penalise(torch.Tensor logits, torch.Tensor penalties) =>
        logits.index_put_(penalties[2], [penalties[0].to(torch.int64), penalties[1].to(torch.int64)], accumulate: true);

    /// <returns>[rows, 1]</returns>
    private static torch.Tensor Choose(torch.Tensor logits, SamplingInputs inputs)
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
            ids.index_copy_(0, cut, DrawCut(logits.index_select(0, cut), inputs.Columns.index_select(1, cut)));
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
    /// Applies temperature, then top-k, then top-p, then draws once from what is left, likeliest first.
    /// </summary>
    private static torch.Tensor DrawCut(torch.Tensor logits, torch.Tensor columns)
    {
        var (sorted, order) = logits.div_(columns[0].unsqueeze(1)).sort(-1, descending: true);
        var ranks = torch.arange(0, logits.shape[1], 1, torch.float32, logits.device).unsqueeze(0);
        var kept = ranks.lt(columns[1].unsqueeze(1));
        var probabilities = sorted.softmax(-1).mul_(kept);
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
