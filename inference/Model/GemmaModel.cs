using GemmaInference.Model.Packed;
using GemmaInference.Model.Pages;
using GemmaInference.Model.Rope;
using GemmaInference.Torch;
using GemmaInference.Torch.Pages;

namespace GemmaInference.Model;

/// <summary>
/// Computes the forward pass of Gemma 1 to 4 in plain tensors. Not thread-safe: one thread owns a model and its
/// caches.
/// </summary>
internal sealed class GemmaModel : IDisposable
{
    private readonly GemmaConfig _config;
    private readonly GemmaWeights _weights;
    private readonly int _context;
    private readonly ScalarType _type;
    private readonly (bool Global, bool Local) _packs;
    private readonly RopeTable _global;
    private readonly RopeTable? _local;
    private readonly Attention _attention;
    private readonly IReadOnlyList<LayerShape> _shapes;
    private readonly float _embeddingScale;
    private readonly float _tableScale;

    /// <param name="context">Tokens that a slot of its caches holds.</param>
    /// <param name="type">
    /// Of the matrices and of what they are multiplied with; sums along the layers are float32 always.
    /// </param>
    /// <param name="packed">Takes all sequences of a step in one call; null where nothing does.</param>
    public GemmaModel(
        GemmaConfig config,
        GemmaWeights weights,
        int context,
        ScalarType type,
        Device device,
        IPackedAttention? packed = null
    )
    {
        (_config, _weights, _context, _type, Device) = (config, weights, context, type, device);
        _shapes = LayerShape.All(config);
        _global = new(config.GlobalRope, config.GlobalHeadDim, context, type, device);
        _local =
            config.LocalRope == config.GlobalRope && config.HeadDim == config.GlobalHeadDim
                ? null
                : new(config.LocalRope, config.HeadDim, context, type, device);
        _packs = Packs(config, packed);
        _attention = new(config, type, packed);
        _embeddingScale = Rounded(Math.Sqrt(config.HiddenSize), type);
        _tableScale = Rounded(Math.Sqrt(config.PerLayerSize), type);
    }

    public GemmaConfig Config => _config;

    public GemmaWeights Weights => _weights;

    public Device Device { get; }

    /// <summary>Gets whether all layers take all sequences in one call, whose cost follows their lengths.</summary>
    public bool IsPacked => AreAll(_packs, _config);

    /// <summary>Returns whether a model of such a configuration would.</summary>
    public static bool IsPackedBy(IPackedAttention? packed, GemmaConfig config) =>
        AreAll(Packs(config, packed), config);

    /// <summary>Returns whether layers of a kind take all sequences in one call.</summary>
    public bool Packs(bool slides) => slides ? _packs.Local : _packs.Global;

    /// <summary>
    /// Returns whether layers that see everything, and sliding ones, can take all sequences in one call.
    /// </summary>
    public static (bool Global, bool Local) Packs(GemmaConfig config, IPackedAttention? packed)
    {
        // None knows Gemma 2's soft cap.
        packed = config.AttentionCap is null ? packed : null;
        return (packed?.Fits(config.GlobalHeadDim) ?? false, packed?.Fits(config.HeadDim) ?? false);
    }

    /// <summary>Makes an empty cache for this model, in which every slot can be full.</summary>
    /// <param name="chunk">Tokens that a step adds to a slot at most.</param>
    public KvCache NewCache(int slots, int chunk = 512)
    {
        var size = _type.Size();
        var memory =
            Device == Device.Cpu ? PageSupport.OfHost(least => CacheLayout.SizeOfPage(_config, size, least)) : null;
        var layout = CacheLayout.Of(
            _config,
            _context,
            chunk,
            size,
            byToken: _packs.Global || _packs.Local,
            memory?.PageSize ?? 0
        );
        return NewCache(slots, layout, memory, slots * layout.Pages(_context));
    }

    /// <summary>Makes an empty cache for this model.</summary>
    /// <param name="memory">Null where the layout has no pages.</param>
    /// <param name="pages">That all slots share.</param>
    public KvCache NewCache(int slots, KvLayout layout, IPageMemory? memory, long pages) =>
        new(
            _config,
            layout,
            slots,
            _context,
            _type,
            Device,
            memory is null ? null : new KvPages(layout, slots, memory, pages)
        );

    /// <summary>
    /// Prepares adding tokens to several sequences at once: chunks of prompts, and one token of others.
    /// </summary>
    public StepPlan Plan(KvCache cache, IReadOnlyList<StepRow> rows) =>
        StepPlan.Make(_config, cache, rows, _type, Device, _packs);

    /// <summary>
    /// Prepares adding one token to each of several sequences, in shapes that neither their places nor their lengths
    /// change.
    /// </summary>
    /// <param name="length">Bounds the positions; one more than the largest at least.</param>
    public StepPlan FixedPlan(KvCache cache, StepIndices indices, int length) =>
        StepPlan.Fixed(_config, cache, indices, length, _type, _packs);

    /// <summary>Carries a plan out.</summary>
    /// <param name="everyRow">True for the logits of all tokens, false for those of each sequence's last.</param>
    /// <returns>Logits in float32, [tokens or sequences, vocabulary].</returns>
    public Tensor Run(KvCache cache, StepPlan plan, bool everyRow = false)
    {
        using var scope = TensorScope.Open();
        var hidden = Forward(cache, plan);
        return scope.Keep(
            Logits(everyRow || plan.Tokens == plan.Rows ? hidden : hidden.IndexSelect(0, plan.Indices.Lasts))
        );
    }

    /// <summary>Carries a plan out up to the last states, [tokens, width], for whom all logits are too many.</summary>
    public Tensor Read(KvCache cache, StepPlan plan)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(Forward(cache, plan));
    }

    /// <summary>Computes the logits of states, in float32.</summary>
    public Tensor Logits(Tensor hidden)
    {
        using var scope = TensorScope.Open();
        var logits = Wide(_weights.Head.Apply(hidden));
        return scope.Keep(
            _config.FinalCap is { } cap
                ? logits
                    .DivideInPlace(Tensor.Number((float)cap))
                    .TanhInPlace()
                    .MultiplyInPlace(Tensor.Number((float)cap))
                : logits
        );
    }

    public void Dispose()
    {
        _global.Dispose();
        _local?.Dispose();
        _weights.Dispose();
    }

    /// <summary>None knows Gemma 2's soft cap.</summary>
    private static (bool Global, bool Local) Packs(IPackedAttention? packed, GemmaConfig config) =>
        packed is null || config.AttentionCap is not null
            ? (false, false)
            : (packed.Fits(config.GlobalHeadDim), packed.Fits(config.HeadDim));

    private static bool AreAll((bool Global, bool Local) packs, GemmaConfig config) =>
        packs.Global && (packs.Local || !config.Sliding.Contains(true));

    /// <summary>The reference rounds the embedding's scale to the model's type before it multiplies.</summary>
    private static float Rounded(double value, ScalarType type)
    {
        using var scope = TensorScope.Open();
        return Tensor.Number((float)value).To(type).To(ScalarType.Float32).ToArray<float>()[0];
    }

    /// <summary>The sum that the layers add to is float32, so each norm reads it without a conversion.</summary>
    private Tensor Forward(KvCache cache, StepPlan plan)
    {
        var globalRope = _global.At(plan.Indices.Positions);
        var localRope = _local?.At(plan.Indices.Positions) ?? globalRope;
        var hidden = Wide(_weights.Embedding.Rows(plan.Indices.Ids)).Multiply(_embeddingScale);
        var told = _weights.PerLayer?.Of(plan.Indices.Ids, Narrow(hidden), _tableScale, _config.RmsEpsilon);
        for (var index = 0; index < _weights.Layers.Count; index++)
        {
            using var scope = TensorScope.Open();
            var layer = _weights.Layers[index];
            var shape = _shapes[index];
            var sliding = shape.Slides;
            var attended = _attention.Apply(
                Narrow(Norm(hidden, layer.InputNorm)),
                layer,
                shape,
                cache,
                index,
                sliding ? plan.Indices.Local : plan.Indices.Global,
                sliding ? plan.Local : plan.Global,
                sliding ? localRope : globalRope
            );
            var between = hidden.Add(_config.HasPostNorms ? Norm(Wide(attended), layer.PostAttentionNorm) : attended);
            var mixed = Mix(Narrow(Norm(between, layer.PreMlpNorm ?? layer.PostAttentionNorm)), layer, shape);
            if (layer.Experts is { } experts)
            {
                mixed = experts.Join(between, Wide(mixed), _type, _config.RmsEpsilon);
            }

            var sum = between.Add(layer.PostMlpNorm is { } norm ? Norm(Wide(mixed), norm) : mixed);
            if (layer.Gate is { } gate)
            {
                var own = told!.Value.Narrow(1, index, 1).Reshape(sum.Size(0), _config.PerLayerSize);
                sum = sum.Add(gate.Apply(Narrow(sum), own, _config.RmsEpsilon));
            }

            sum = scope.Keep(_config.HasLayerScales ? sum.Multiply(layer.Scale) : sum);
            hidden.Dispose();
            hidden = sum;
        }

        return Narrow(Norm(hidden, _weights.FinalNorm));
    }

    private Tensor Norm(Tensor x, Tensor weight) => x.RmsNorm(weight, _config.RmsEpsilon);

    private Tensor Narrow(Tensor x) => x.To(_type);

    private static Tensor Wide(Tensor x) => x.To(ScalarType.Float32);

    private static Tensor Mix(Tensor x, LayerWeights layer, LayerShape shape)
    {
        var both = layer.GateUp.Apply(x);
        var gate = both.Narrow(1, 0, shape.IntermediateSize).GeluTanh();
        return layer.Down.Apply(gate.Multiply(both.Narrow(1, shape.IntermediateSize, shape.IntermediateSize)));
    }
}
