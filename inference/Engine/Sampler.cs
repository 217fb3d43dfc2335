using TorchSharp;

namespace GemmaInference.Engine;

/// <summary>
/// Chooses one token per row, on the device for all rows at once; reading the packed answer is the step's only
/// synchronisation. Each row depends on its own settings and random numbers only.
/// </summary>
internal static class Sampler
{
    /// <param name="logits">[rows, vocabulary] in float32; changed by penalties.</param>
    /// <param name="rows">The sequence of each row.</param>
    public static IReadOnlyList<EngineEvent.Token> Sample(torch.Tensor logits, IReadOnlyList<Sequence> rows)
    {
        using var scope = torch.NewDisposeScope();
        var wanted = rows.Max(row => row.Request.TopLogprobs ?? -1);
        // Log-probabilities speak of the model, so they are taken before penalties.
        var logprobs = wanted >= 0 ? logits.log_softmax(-1) : null;
        Penalise(logits, rows);
        var ids = rows.All(row => row.Request.Sampling.Temperature == 0) ? logits.argmax(-1, keepdim: true) : Draw(logits, rows);
        // Ids below 2^24 are exact in float32, and no vocabulary is larger.
        var packed = ids.to(torch.float32);
        if (logprobs is not null)
        {
            var (top, topIds) = logprobs.topk(Math.Max(1, wanted), -1, true, true);
            packed = torch.cat([packed, logprobs.gather(1, ids), top, topIds.to(torch.float32)], 1);
        }

        var width = (int)packed.shape[1];
        var values = packed.cpu().data<float>().ToArray();
        return [.. rows.Select((row, index) => Unpack(values.AsSpan(index * width, width), row.Request.TopLogprobs))];
    }

    private static EngineEvent.Token Unpack(ReadOnlySpan<float> values, int? wanted)
    {
        if (wanted is not { } count) return new EngineEvent.Token((int)values[0], 0, []);
        var stride = (values.Length - 2) / 2;
        var top = new (int, float)[count];
        for (var i = 0; i < count; i++) top[i] = ((int)values[2 + stride + i], values[2 + i]);
        return new EngineEvent.Token((int)values[0], values[1], top);
    }

    private static void Penalise(torch.Tensor logits, IReadOnlyList<Sequence> rows)
    {
        if (!rows.Any(row => row.HasPenalties)) return;
        var entries = rows.Index().Where(pair => pair.Item.HasPenalties)
            .SelectMany(pair => pair.Item.Counts.Select(count => (
                Row: (long)pair.Index,
                Token: (long)count.Key,
                Penalty: (float)-(pair.Item.Request.Sampling.PresencePenalty + (pair.Item.Request.Sampling.FrequencyPenalty * count.Value)))))
            .ToList();
        if (entries.Count == 0) return;
        var device = logits.device;
        logits.index_put_(
            torch.tensor(entries.ConvertAll(entry => entry.Penalty).ToArray(), device: device),
            [
                torch.tensor(entries.ConvertAll(entry => entry.Row).ToArray(), device: device),
                torch.tensor(entries.ConvertAll(entry => entry.Token).ToArray(), device: device),
            ],
            accumulate: true);
    }

    /// <summary>Temperature, then top-k, then top-p, then one draw by the inverse of the cumulated probabilities.</summary>
    private static torch.Tensor Draw(torch.Tensor logits, IReadOnlyList<Sequence> rows)
    {
        var (device, vocabulary) = (logits.device, logits.shape[1]);
        torch.Tensor Column(Func<Sequence, float> value) => torch.tensor(rows.Select(value).ToArray(), device: device).unsqueeze(1);
        static bool Greedy(Sequence row) => row.Request.Sampling.Temperature == 0;

        var temperature = Column(row => Greedy(row) ? 1 : (float)row.Request.Sampling.Temperature);
        var topK = Column(row => Greedy(row) ? 1 : row.Request.Sampling.TopK > 0 ? row.Request.Sampling.TopK : vocabulary);
        var topP = Column(row => Greedy(row) ? 1 : (float)row.Request.Sampling.TopP);
        var uniform = Column(row => Greedy(row) ? 0 : row.NextUniform());

        var (sorted, order) = logits.div(temperature).sort(-1, descending: true);
        var ranks = torch.arange(0, vocabulary, 1, torch.float32, device).unsqueeze(0);
        var kept = ranks.lt(topK);
        var probabilities = sorted.softmax(-1).mul_(kept);
        probabilities = probabilities.div(probabilities.sum(-1, keepdim: true));
        // A token stays while the ones before it have not reached top-p: the first always stays.
        kept = kept.logical_and_(probabilities.cumsum(-1).sub_(probabilities).lt(topP)).logical_or_(ranks.eq(0));
        var cumulated = probabilities.mul_(kept).cumsum(-1);
        var target = cumulated.narrow(1, vocabulary - 1, 1).mul(uniform);
        var pick = cumulated.le(target).sum(-1, keepdim: true);
        pick = torch.minimum(pick, kept.sum(-1, keepdim: true).sub(1));
        return order.gather(1, pick);
    }
}
