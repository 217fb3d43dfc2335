using TorchSharp;

namespace GemmaInference.Model;

/// <summary>Computes the attention of one layer over a cache: projection, norms, rotation, scores, output.</summary>
internal sealed class Attention(GemmaConfig config, torch.ScalarType type)
{
    /// <summary>
    /// What libtorch's attention, which scales by headDim^−½, leaves to do; 1 where it is that, or where the queries'
    /// norm holds it.
    /// </summary>
    private readonly double _scaleLeft = config.HasQueryKeyNorms ? 1 : QueryFactor(config);

    /// <summary>Queries times this, then scaled by headDim^−½, are scaled as the configuration says.</summary>
    public static double QueryFactor(GemmaConfig config) => Math.Sqrt(config.HeadDim / config.QueryPreAttentionScalar);

    /// <param name="x">[tokens, hidden], normalised.</param>
    /// <param name="keys">The layer's cache, which this step's keys are written to.</param>
    /// <returns>[tokens, hidden]</returns>
    public torch.Tensor Apply(
        torch.Tensor x,
        LayerWeights layer,
        torch.Tensor keys,
        torch.Tensor values,
        StepPlan plan,
        Visibility see,
        (torch.Tensor Cos, torch.Tensor Sin) rope
    )
    {
        int heads = config.Heads,
            kvHeads = config.KvHeads,
            dim = config.HeadDim,
            group = heads / kvHeads;
        var rows = x.shape[0];
        var all = torch.nn.functional.linear(x, layer.QueryKeyValue).view(rows, heads + (2 * kvHeads), dim);
        var turning = all.narrow(1, 0, heads + kvHeads);
        if (layer.QueryKeyNorm is { } norm)
        {
            turning = NormHeads(turning, norm);
        }

        turning = turning.mul(rope.Cos).addcmul_(turning.roll(dim / 2, -1), rope.Sin, 1);

        keys.view(-1, dim).index_copy_(0, plan.Indices.CacheRows, turning.narrow(1, heads, kvHeads).reshape(-1, dim));
        values
            .view(-1, dim)
            .index_copy_(0, plan.Indices.CacheRows, all.narrow(1, heads + kvHeads, kvHeads).reshape(-1, dim));

        var query = turning.narrow(1, 0, heads);
        query =
            plan.Tokens == 1
                ? query.view(plan.Batch, kvHeads, group, dim)
                : query
                    .view(plan.Tokens, kvHeads, group, dim)
                    .permute(1, 2, 0, 3)
                    .reshape(1, kvHeads, group * plan.Tokens, dim);
        var mixed = config.AttentionCap is { } cap
            ? Capped(query, Stretch(keys, plan, see), Stretch(values, plan, see), see.Mask, cap)
            : torch.nn.functional.scaled_dot_product_attention(
                _scaleLeft == 1 ? query : query.mul(_scaleLeft),
                Stretch(keys, plan, see),
                Stretch(values, plan, see),
                see.Mask
            );
        mixed =
            plan.Tokens == 1
                ? mixed.reshape(rows, heads * dim)
                : mixed.view(kvHeads, group, plan.Tokens, dim).permute(2, 0, 1, 3).reshape(rows, heads * dim);
        return torch.nn.functional.linear(mixed, layer.Output);
    }

    private torch.Tensor NormHeads(torch.Tensor x, torch.Tensor weight)
    {
        var wide = type == torch.float32 ? x : x.to(torch.float32);
        var normed = RootMeanSquare.Norm(wide, null, config.RmsEpsilon).mul_(weight);
        return type == torch.float32 ? normed : normed.to(type);
    }

    /// <summary>
    /// Computes step by step: no fused kernel knows Gemma 2's soft cap; scale and cap share one multiplication.
    /// </summary>
    private torch.Tensor Capped(
        torch.Tensor query,
        torch.Tensor keys,
        torch.Tensor values,
        torch.Tensor? mask,
        double cap
    )
    {
        var scores = torch.matmul(query, keys.transpose(-1, -2));
        if (type != torch.float32)
        {
            scores = scores.to(torch.float32);
        }

        scores.mul_(_scaleLeft / Math.Sqrt(config.HeadDim) / cap).tanh_().mul_(cap);
        if (mask is not null)
        {
            scores.add_(mask);
        }

        var weighted = scores.softmax(-1);
        return torch.matmul(type == torch.float32 ? weighted : weighted.to(type), values);
    }

    private static torch.Tensor Stretch(torch.Tensor cache, StepPlan plan, Visibility see)
    {
        var part = cache.narrow(2, see.Low, see.Length);
        return plan.Indices.Slots is { } index
            ? part.index_select(0, index)
            : part.narrow(0, plan.Indices.FirstSlot, plan.Batch);
    }
}
