using GemmaInference.Model.Packed;
using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>Computes the attention of one layer over a cache: projection, norms, rotation, scores, output.</summary>
internal sealed class Attention(GemmaConfig config, ScalarType type, IPackedAttention? packed)
{
    /// <summary>
    /// What scores are multiplied with; the queries' norm holds the factor where there is one. Gemma 4 has no scale.
    /// </summary>
    private readonly double _scale =
        config.Generation == Generation.Gemma4
            ? 1
            : (config.HasQueryKeyNorms ? 1 : QueryFactor(config)) / Math.Sqrt(config.HeadDim);

    /// <summary>Queries times this, then scaled as all are, are scaled as the configuration says.</summary>
    public static double QueryFactor(GemmaConfig config) =>
        config.Generation == Generation.Gemma4 ? 1 : Math.Sqrt(config.HeadDim / config.QueryPreAttentionScalar);

    /// <param name="x">[tokens, hidden], normalised.</param>
    /// <param name="cache">Whose part of the layer this step's keys are written to unless it is another's.</param>
    /// <param name="index">The layer's.</param>
    /// <param name="plan">What the layer sees.</param>
    /// <returns>[tokens, hidden]</returns>
    public Tensor Apply(
        Tensor x,
        LayerWeights layer,
        LayerShape shape,
        KvCache cache,
        int index,
        CachePlaces places,
        AttentionPlan plan,
        (Tensor Cos, Tensor Sin) rope
    )
    {
        int heads = config.Heads,
            kvHeads = shape.KvHeads,
            dim = shape.HeadDim,
            turned = heads + (shape.OwnsKeys ? kvHeads : 0);
        var all = layer.QueryKeyValue.Apply(x).View(x.Size(0), heads + shape.ProjectedKvHeads, dim);
        var turning = all.Narrow(1, 0, turned);
        if (layer.QueryKeyNorm is { } norm)
        {
            turning = NormHeads(turning, norm);
        }

        turning = Rotated(turning, dim / 2, rope);

        if (shape.OwnsKeys)
        {
            var own = all.Narrow(1, shape.KeyIsValue ? heads : turned, kvHeads);
            own = config.HasValueNorms ? own.To(ScalarType.Float32).RmsNorm(null, config.RmsEpsilon).To(type) : own;
            cache.KeyRows[index].IndexCopyInPlace(0, places.Rows, turning.Narrow(1, heads, kvHeads).Reshape(-1, dim));
            cache.ValueRows[index].IndexCopyInPlace(0, places.Rows, own.Reshape(-1, dim));
        }

        var queries = turning.Narrow(1, 0, heads);
        if (plan.Packed is { } call)
        {
            var (rows, seen) = (
                cache.KeyRows[index].View(-1, kvHeads, dim),
                cache.ValueRows[index].View(-1, kvHeads, dim)
            );
            return layer.Output.Apply(packed!.Run(queries, rows, seen, call, _scale).Reshape(x.Size(0), heads * dim));
        }

        var (keys, values, calls) = (cache.Keys[index], cache.Values[index], plan.Calls);
        if (calls.Count == 1)
        {
            return layer.Output.Apply(Mix(queries, shape, keys, values, calls[0]));
        }

        var parts = new Tensor[calls.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            using var scope = TensorScope.Open();
            parts[i] = scope.Keep(Mix(queries, shape, keys, values, calls[i]));
        }

        return layer.Output.Apply(Tensor.Concatenate(0, parts));
    }

    /// <param name="queries">[all tokens, heads, headDim]</param>
    /// <returns>[the call's tokens, heads·headDim]</returns>
    private Tensor Mix(Tensor queries, LayerShape shape, Tensor keys, Tensor values, AttentionCall call)
    {
        int kvHeads = shape.KvHeads,
            dim = shape.HeadDim,
            group = config.Heads / kvHeads;
        long tokens = call.Tokens,
            rows = call.Span.Rows;
        var own = queries.Narrow(0, call.Span.FirstToken, rows * tokens);
        var query =
            tokens == 1
                ? own.View(rows, kvHeads, group, dim)
                : own.View(tokens, kvHeads, group, dim).Permute(1, 2, 0, 3).Reshape(1, kvHeads, group * tokens, dim);
        var (seen, read) = (Stretch(keys, call), Stretch(values, call));
        var mixed = config.AttentionCap is { } cap
            ? Capped(query, seen, read, call.Mask, cap)
            : query.Attention(seen, read, call.Mask, _scale);
        return tokens == 1
            ? mixed.Reshape(rows, config.Heads * dim)
            : mixed.View(kvHeads, group, tokens, dim).Permute(2, 0, 1, 3).Reshape(tokens, config.Heads * dim);
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

    private static Tensor Stretch(Tensor cache, AttentionCall call)
    {
        var part = cache.Narrow(2, call.Span.Low, call.Span.Length);
        return call.Slots is { } index ? part.IndexSelect(0, index) : part.Narrow(0, call.FirstSlot, call.Span.Rows);
    }
}
