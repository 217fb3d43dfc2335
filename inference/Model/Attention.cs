using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>Computes the attention of one layer over a cache: projection, norms, rotation, scores, output.</summary>
internal sealed class Attention(GemmaConfig config, ScalarType type)
{
    /// <summary>What scores are multiplied with; the queries' norm holds the factor where there is one.</summary>
    private readonly double _scale = (config.HasQueryKeyNorms ? 1 : QueryFactor(config)) / Math.Sqrt(config.HeadDim);

    /// <summary>Queries times this, then scaled by headDim^−½, are scaled as the configuration says.</summary>
    public static double QueryFactor(GemmaConfig config) => Math.Sqrt(config.HeadDim / config.QueryPreAttentionScalar);

    /// <param name="x">[tokens, hidden], normalised.</param>
    /// <param name="keys">The layer's cache, which this step's keys are written to.</param>
    /// <returns>[tokens, hidden]</returns>
    public Tensor Apply(
        Tensor x,
        LayerWeights layer,
        Tensor keys,
        Tensor values,
        StepPlan plan,
        Visibility see,
        (Tensor Cos, Tensor Sin) rope
    )
    {
        int heads = config.Heads,
            kvHeads = config.KvHeads,
            dim = config.HeadDim,
            group = heads / kvHeads;
        var rows = x.Size(0);
        var all = x.Linear(layer.QueryKeyValue).View(rows, heads + (2 * kvHeads), dim);
        var turning = all.Narrow(1, 0, heads + kvHeads);
        if (layer.QueryKeyNorm is { } norm)
        {
            turning = NormHeads(turning, norm);
        }

        turning = Rotated(turning, dim / 2, rope);

        keys.View(-1, dim)
            .IndexCopyInPlace(0, plan.Indices.CacheRows, turning.Narrow(1, heads, kvHeads).Reshape(-1, dim));
        values
            .View(-1, dim)
            .IndexCopyInPlace(0, plan.Indices.CacheRows, all.Narrow(1, heads + kvHeads, kvHeads).Reshape(-1, dim));

        var query = turning.Narrow(1, 0, heads);
        query =
            plan.Tokens == 1
                ? query.View(plan.Batch, kvHeads, group, dim)
                : query
                    .View(plan.Tokens, kvHeads, group, dim)
                    .Permute(1, 2, 0, 3)
                    .Reshape(1, kvHeads, group * plan.Tokens, dim);
        var mixed = config.AttentionCap is { } cap
            ? Capped(query, Stretch(keys, plan, see), Stretch(values, plan, see), see.Mask, cap)
            : query.Attention(Stretch(keys, plan, see), Stretch(values, plan, see), see.Mask, _scale);
        mixed =
            plan.Tokens == 1
                ? mixed.Reshape(rows, heads * dim)
                : mixed.View(kvHeads, group, plan.Tokens, dim).Permute(2, 0, 1, 3).Reshape(rows, heads * dim);
        return mixed.Linear(layer.Output);
    }

    private Tensor NormHeads(Tensor x, Tensor weight) =>
        x.To(ScalarType.Float32).RmsNorm(null, config.RmsEpsilon).Multiply(weight).To(type);

    /// <summary>Turns pairs of a head's numbers, which lie half a head apart.</summary>
    private static Tensor Rotated(Tensor x, long half, (Tensor Cos, Tensor Sin) rope)
    {
        using var swapped = Tensor.Concatenate(2, x.Narrow(2, half, half), x.Narrow(2, 0, half));
        using var across = swapped.Multiply(rope.Sin);
        using var along = x.Multiply(rope.Cos);
        return along.Add(across);
    }

    /// <summary>
    /// Computes step by step: no fused kernel knows Gemma 2's soft cap; scale and cap share one multiplication.
    /// </summary>
    private Tensor Capped(Tensor query, Tensor keys, Tensor values, Tensor? mask, double cap)
    {
        var scores = query.MatrixProduct(keys.Transposed()).To(ScalarType.Float32);
        scores
            .MultiplyInPlace(Tensor.Number((float)(_scale / cap)))
            .TanhInPlace()
            .MultiplyInPlace(Tensor.Number((float)cap));
        if (mask is { } hidden)
        {
            // Scores are many, so none are kept longer than needed.
            using var bare = scores;
            scores = bare.Add(hidden);
        }

        return scores.Softmax().To(type).MatrixProduct(values);
    }

    private static Tensor Stretch(Tensor cache, StepPlan plan, Visibility see)
    {
        var part = cache.Narrow(2, see.Low, see.Length);
        return plan.Indices.Slots is { } index
            ? part.IndexSelect(0, index)
            : part.Narrow(0, plan.Indices.FirstSlot, plan.Batch);
    }
}
