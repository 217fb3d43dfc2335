using TorchSharp;
using TorchSharp.Modules;

namespace GemmaInference.Model;

/// <summary>
/// The forward pass of Gemma 1, 2 and 3 in plain tensors. Not thread-safe: one thread owns a model and its caches.
/// </summary>
internal sealed class GemmaModel(GemmaConfig config, GemmaWeights weights, int context, torch.ScalarType type, torch.Device device) : IDisposable
{
    private readonly RopeTable _global = new(config.GlobalRope, config.HeadDim, context, type, device);
    private readonly RopeTable? _local = config.LocalRope == config.GlobalRope ? null : new(config.LocalRope, config.HeadDim, context, type, device);
    private readonly double _queryScale = Math.Pow(config.QueryPreAttentionScalar, -0.5);
    private readonly float _embeddingScale = Rounded(Math.Sqrt(config.HiddenSize), type);

    public GemmaConfig Config => config;

    public GemmaWeights Weights => weights;

    public torch.Device Device => device;

    /// <summary>An empty cache for this model.</summary>
    public KvCache NewCache(int slots) => new(config, slots, context, type, device);

    /// <summary>Reads a chunk of one sequence into a slot.</summary>
    /// <param name="start">Position of the chunk's first token; all before it must be in the slot already.</param>
    /// <param name="everyRow">True for the logits of all tokens, false for those of the last.</param>
    /// <returns>Logits in float32, [tokens or 1, vocabulary].</returns>
    public torch.Tensor Prefill(KvCache cache, int slot, int start, ReadOnlySpan<int> tokens, bool everyRow = false)
    {
        using var scope = torch.NewDisposeScope();
        var plan = StepPlan.Prefill(config, cache, slot, start, tokens, device);
        var hidden = Forward(cache, plan);
        return Logits(everyRow ? hidden : hidden.narrow(0, tokens.Length - 1, 1)).MoveToOuterDisposeScope();
    }

    /// <summary>Adds one token to each of several slots.</summary>
    /// <returns>Logits in float32, [slots, vocabulary].</returns>
    public torch.Tensor Decode(KvCache cache, ReadOnlySpan<int> slots, ReadOnlySpan<int> positions, ReadOnlySpan<int> tokens)
    {
        using var scope = torch.NewDisposeScope();
        var plan = StepPlan.Decode(config, cache, slots, positions, tokens, device);
        return Logits(Forward(cache, plan)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _global.Dispose();
        _local?.Dispose();
        weights.Dispose();
    }

    /// <summary>The reference rounds the embedding's scale to the model's type before it multiplies.</summary>
    private static float Rounded(double value, torch.ScalarType type)
    {
        using var scalar = torch.tensor((float)value).to(type).to(torch.float32);
        return scalar.item<float>();
    }

    private torch.Tensor Forward(KvCache cache, StepPlan plan)
    {
        var globalRope = _global.At(plan.Positions);
        var localRope = _local?.At(plan.Positions) ?? globalRope;
        var hidden = weights.Embedding.index_select(0, plan.Ids).mul_(_embeddingScale);
        for (var index = 0; index < weights.Layers.Count; index++)
        {
            using var scope = torch.NewDisposeScope();
            var layer = weights.Layers[index];
            var sliding = config.Sliding[index];
            var attended = Attend(
                Norm(hidden, layer.InputNorm), layer, cache.Keys[index], cache.Values[index], plan,
                sliding ? plan.Local : plan.Global, sliding ? localRope : globalRope);
            var next = hidden.add(config.HasPostNorms ? Norm(attended, layer.PostAttentionNorm) : attended);
            var mixed = Mix(Norm(next, layer.PreMlpNorm ?? layer.PostAttentionNorm), layer);
            var previous = hidden;
            hidden = next.add_(layer.PostMlpNorm is { } norm ? Norm(mixed, norm) : mixed).MoveToOuterDisposeScope();
            previous.Dispose();
        }

        return Norm(hidden, weights.FinalNorm);
    }

    /// <summary>Root-mean-square norm in float32; the weight already is 1 + w.</summary>
    private torch.Tensor Norm(torch.Tensor x, torch.Tensor weight)
    {
        var wide = type == torch.float32 ? x : x.to(torch.float32);
        var scale = wide.square().mean([-1], keepdim: true).add_(config.RmsEpsilon).rsqrt_();
        var normed = scale.mul(wide).mul_(weight);
        return type == torch.float32 ? normed : normed.to(type);
    }

    private torch.Tensor Attend(
        torch.Tensor x, LayerWeights layer, torch.Tensor keys, torch.Tensor values, StepPlan plan, Visibility see,
        (torch.Tensor Cos, torch.Tensor Sin) rope)
    {
        int heads = config.Heads, kvHeads = config.KvHeads, dim = config.HeadDim, group = heads / kvHeads;
        var rows = x.shape[0];
        var all = torch.nn.functional.linear(x, layer.QueryKeyValue).view(rows, heads + (2 * kvHeads), dim);
        var turning = all.narrow(1, 0, heads + kvHeads);
        if (layer.QueryKeyNorm is { } norm) turning = Norm(turning, norm);
        turning = turning.mul(rope.Cos).addcmul_(turning.roll(dim / 2, -1), rope.Sin, 1);

        keys.view(-1, dim).index_copy_(0, plan.CacheRows, turning.narrow(1, heads, kvHeads).reshape(-1, dim));
        values.view(-1, dim).index_copy_(0, plan.CacheRows, all.narrow(1, heads + kvHeads, kvHeads).reshape(-1, dim));

        var query = turning.narrow(1, 0, heads).mul(_queryScale);
        query = plan.Tokens == 1
            ? query.view(plan.Batch, kvHeads, group, dim)
            : query.view(plan.Tokens, kvHeads, group, dim).permute(1, 2, 0, 3).reshape(1, kvHeads, group * plan.Tokens, dim);
        var scores = torch.matmul(query, Stretch(keys, plan, see).transpose(-1, -2));
        if (scores.dtype != torch.float32) scores = scores.to(torch.float32);
        if (config.AttentionCap is { } cap) scores.div_(cap).tanh_().mul_(cap);
        if (see.Mask is { } mask) scores.add_(mask);
        var weighted = scores.softmax(-1);
        if (type != torch.float32) weighted = weighted.to(type);
        var mixed = torch.matmul(weighted, Stretch(values, plan, see));
        mixed = plan.Tokens == 1
            ? mixed.view(rows, heads * dim)
            : mixed.view(kvHeads, group, plan.Tokens, dim).permute(2, 0, 1, 3).reshape(rows, heads * dim);
        return torch.nn.functional.linear(mixed, layer.Output);
    }

    private static torch.Tensor Stretch(torch.Tensor cache, StepPlan plan, Visibility see)
    {
        var part = cache.narrow(2, see.Low, see.Length);
        return plan.SlotIndex is { } index ? part.index_select(0, index) : part.narrow(0, plan.FirstSlot, plan.Batch);
    }

    private torch.Tensor Mix(torch.Tensor x, LayerWeights layer)
    {
        var both = torch.nn.functional.linear(x, layer.GateUp);
        var gate = both.narrow(1, 0, config.IntermediateSize).gelu(GELU.Approximate.tanh);
        return torch.nn.functional.linear(gate.mul_(both.narrow(1, config.IntermediateSize, config.IntermediateSize)), layer.Down);
    }

    private torch.Tensor Logits(torch.Tensor hidden)
    {
        var logits = torch.nn.functional.linear(hidden, weights.Head);
        if (logits.dtype != torch.float32) logits = logits.to(torch.float32);
        return config.FinalCap is { } cap ? logits.div_(cap).tanh_().mul_(cap) : logits;
    }
}
