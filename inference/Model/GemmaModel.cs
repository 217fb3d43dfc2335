using TorchSharp;
using TorchSharp.Modules;

namespace GemmaInference.Model;

/// <summary>
/// Computes the forward pass of Gemma 1, 2 and 3 in plain tensors. Not thread-safe: one thread owns a model and its
/// caches.
/// </summary>
internal sealed class GemmaModel : IDisposable
{
    private readonly GemmaConfig _config;
    private readonly GemmaWeights _weights;
    private readonly int _context;
    private readonly torch.ScalarType _type;
    private readonly RopeTable _global;
    private readonly RopeTable? _local;
    private readonly Attention _attention;
    private readonly float _embeddingScale;

    /// <param name="context">Tokens that a slot of its caches holds.</param>
    /// <param name="type">
    /// Of the matrices and of what they are multiplied with; sums along the layers are float32 always.
    /// </param>
    public GemmaModel(GemmaConfig config, GemmaWeights weights, int context, torch.ScalarType type, torch.Device device)
    {
        (_config, _weights, _context, _type, Device) = (config, weights, context, type, device);
        _global = new(config.GlobalRope, config.HeadDim, context, type, device);
        _local =
            config.LocalRope == config.GlobalRope ? null : new(config.LocalRope, config.HeadDim, context, type, device);
        _attention = new(config, type);
        _embeddingScale = Rounded(Math.Sqrt(config.HiddenSize), type);
    }

    public GemmaConfig Config => _config;

    public GemmaWeights Weights => _weights;

    public torch.Device Device { get; }

    /// <summary>Makes an empty cache for this model.</summary>
    public KvCache NewCache(int slots) => new(_config, slots, _context, _type, Device);

    /// <summary>Prepares reading a chunk of one sequence into a slot.</summary>
    /// <param name="start">Position of the chunk's first token; all before it must be in the slot already.</param>
    public StepPlan PlanPrefill(KvCache cache, int slot, int start, ReadOnlySpan<int> tokens) =>
        StepPlan.Prefill(_config, cache, slot, start, tokens, _type, Device);

    /// <summary>Prepares adding one token to each of several slots.</summary>
    public StepPlan PlanDecode(
        KvCache cache,
        ReadOnlySpan<int> slots,
        ReadOnlySpan<int> positions,
        ReadOnlySpan<int> tokens
    ) => StepPlan.Decode(_config, cache, slots, positions, tokens, _type, Device);

    /// <summary>Carries a plan out.</summary>
    /// <param name="everyRow">True for the logits of all tokens, false for those of each sequence's last.</param>
    /// <returns>Logits in float32, [tokens or sequences, vocabulary].</returns>
    public torch.Tensor Run(KvCache cache, StepPlan plan, bool everyRow = false)
    {
        using var scope = torch.NewDisposeScope();
        var hidden = Forward(cache, plan);
        return Logits(everyRow || plan.Tokens == 1 ? hidden : hidden.narrow(0, plan.Tokens - 1, 1))
            .MoveToOuterDisposeScope();
    }

    /// <summary>Carries a plan out up to the last states, [tokens, width], for whom all logits are too many.</summary>
    public torch.Tensor Read(KvCache cache, StepPlan plan)
    {
        using var scope = torch.NewDisposeScope();
        return Forward(cache, plan).MoveToOuterDisposeScope();
    }

    /// <summary>Computes the logits of states, in float32.</summary>
    public torch.Tensor Logits(torch.Tensor hidden)
    {
        using var scope = torch.NewDisposeScope();
        var logits = Wide(torch.nn.functional.linear(hidden, _weights.Head));
        return (_config.FinalCap is { } cap ? logits.div_(cap).tanh_().mul_(cap) : logits).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _global.Dispose();
        _local?.Dispose();
        _weights.Dispose();
    }

    /// <summary>The reference rounds the embedding's scale to the model's type before it multiplies.</summary>
    private static float Rounded(double value, torch.ScalarType type)
    {
        using var scalar = torch.tensor((float)value).to(type).to(torch.float32);
        return scalar.item<float>();
    }

    /// <summary>The sum that the layers add to is float32, so each norm reads it without a conversion.</summary>
    private torch.Tensor Forward(KvCache cache, StepPlan plan)
    {
        var globalRope = _global.At(plan.Indices.Positions);
        var localRope = _local?.At(plan.Indices.Positions) ?? globalRope;
        var hidden = _weights.Embedding.index_select(0, plan.Indices.Ids).to(torch.float32).mul_(_embeddingScale);
        for (var index = 0; index < _weights.Layers.Count; index++)
        {
            using var scope = torch.NewDisposeScope();
            var layer = _weights.Layers[index];
            var sliding = _config.Sliding[index];
            var attended = _attention.Apply(
                Narrow(Norm(hidden, layer.InputNorm)),
                layer,
                cache.Keys[index],
                cache.Values[index],
                plan,
                sliding ? plan.Local : plan.Global,
                sliding ? localRope : globalRope
            );
            hidden.add_(_config.HasPostNorms ? Norm(Wide(attended), layer.PostAttentionNorm) : attended);
            var mixed = Mix(Narrow(Norm(hidden, layer.PreMlpNorm ?? layer.PostAttentionNorm)), layer);
            hidden.add_(layer.PostMlpNorm is { } norm ? Norm(Wide(mixed), norm) : mixed);
        }

        return Narrow(Norm(hidden, _weights.FinalNorm));
    }

    private torch.Tensor Norm(torch.Tensor x, torch.Tensor weight) =>
        RootMeanSquare.Norm(x, weight, _config.RmsEpsilon);

    private torch.Tensor Narrow(torch.Tensor x) => _type == torch.float32 ? x : x.to(_type);

    private torch.Tensor Wide(torch.Tensor x) => _type == torch.float32 ? x : x.to(torch.float32);

    private torch.Tensor Mix(torch.Tensor x, LayerWeights layer)
    {
        var both = torch.nn.functional.linear(x, layer.GateUp);
        var gate = both.narrow(1, 0, _config.IntermediateSize).gelu(GELU.Approximate.tanh);
        return torch.nn.functional.linear(
            gate.mul_(both.narrow(1, _config.IntermediateSize, _config.IntermediateSize)),
            layer.Down
        );
    }
}
