using GemmaInference.Model.Matrices;
using GemmaInference.Model.Mixture;
using GemmaInference.Native;
using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>Moves a checkpoint to the device under the names of Hugging Face's Gemma classes.</summary>
/// <param name="type">Of what weights are multiplied with, and of those that aren't quantised.</param>
internal sealed class WeightLoader(
    GemmaConfig config,
    Checkpoint checkpoint,
    ScalarType type,
    Device device,
    Quantization quantization
)
{
    /// <exception cref="InferenceException">
    /// A tensor is missing, or shaped otherwise than the configuration says.
    /// </exception>
    public static GemmaWeights Load(
        GemmaConfig config,
        Checkpoint checkpoint,
        ScalarType type,
        Device device,
        Quantization quantization = Quantization.None
    ) => new WeightLoader(config, checkpoint, type, device, quantization).Load();

    private GemmaWeights Load()
    {
        var embedding = Lookup("model.embed_tokens.weight", config.HiddenSize);
        var head = config.TiedEmbeddings ? embedding : Lookup("lm_head.weight", config.HiddenSize);
        var layers = LayerShape.All(config).Select(Layer).ToList();
        return new GemmaWeights(embedding, head, Norm("model.norm.weight", config.HiddenSize), layers)
        {
            PerLayer = config.PerLayerSize > 0 ? PerLayer() : null,
        };
    }

    private PerLayerInputs PerLayer()
    {
        var width = (long)config.Layers * config.PerLayerSize;
        return new PerLayerInputs(
            Lookup("model.embed_tokens_per_layer.weight", width),
            Stack("model.", config.HiddenSize, ("per_layer_model_projection", width)),
            Norm("model.per_layer_projection_norm.weight", config.PerLayerSize)
        );
    }

    private LayerWeights Layer(LayerShape shape, int layer)
    {
        var prefix = $"model.layers.{layer}.";
        long hidden = config.HiddenSize,
            queries = (long)config.Heads * shape.HeadDim,
            keys = (long)shape.KvHeads * shape.HeadDim;
        List<(string, long)> projections = [("self_attn.q_proj", queries)];
        if (shape.OwnsKeys)
        {
            projections.Add(("self_attn.k_proj", keys));
        }

        if (shape is { OwnsKeys: true, KeyIsValue: false })
        {
            projections.Add(("self_attn.v_proj", keys));
        }

        return new LayerWeights(
            Stack(prefix, hidden, [.. projections]),
            Stack(prefix, queries, ("self_attn.o_proj", hidden)),
            Stack(prefix, hidden, ("mlp.gate_proj", shape.IntermediateSize), ("mlp.up_proj", shape.IntermediateSize)),
            Stack(prefix, shape.IntermediateSize, ("mlp.down_proj", hidden)),
            Norm($"{prefix}input_layernorm.weight", hidden),
            Norm($"{prefix}post_attention_layernorm.weight", hidden),
            config.HasPostNorms ? Norm($"{prefix}pre_feedforward_layernorm.weight", hidden) : null,
            config.HasPostNorms ? Norm($"{prefix}post_feedforward_layernorm.weight", hidden) : null,
            config.HasQueryKeyNorms ? QueryKeyNorm(prefix, shape) : null
        )
        {
            Gate = config.PerLayerSize > 0 ? Gate(prefix) : null,
            Experts = config.Experts is { } experts ? new Experts(experts, Experts(prefix, experts)) : null,
            Scale = config.HasLayerScales ? Number($"{prefix}layer_scalar") : 1,
        };
    }

    private PerLayerGate Gate(string prefix) =>
        new(
            Stack(prefix, config.HiddenSize, ("per_layer_input_gate", config.PerLayerSize)),
            Stack(prefix, config.PerLayerSize, ("per_layer_projection", config.HiddenSize)),
            Norm($"{prefix}post_per_layer_input_norm.weight", config.HiddenSize)
        );

    private ExpertWeights Experts(string prefix, ExpertShape shape)
    {
        long hidden = config.HiddenSize,
            inner = shape.IntermediateSize;
        using var scope = TensorScope.Open();
        // The router's choice hangs on small differences, and it is small itself.
        var router = Read($"{prefix}router.proj.weight", [shape.Count, hidden], Quantization.None);
        var scale = checkpoint.Read($"{prefix}router.scale", [hidden], ScalarType.Float32, device);
        var shares = checkpoint.Read($"{prefix}router.per_expert_scale", [shape.Count], ScalarType.Float32, device);
        return new ExpertWeights(
            new DenseMatrix(router.Detach()),
            scale.Multiply(1 / Math.Sqrt(hidden)).Detach(),
            shares.Detach(),
            Each($"{prefix}experts.gate_up_proj", shape.Count, 2 * inner, hidden),
            Each($"{prefix}experts.down_proj", shape.Count, hidden, inner),
            scope.Keep(Norm($"{prefix}pre_feedforward_layernorm_2.weight", hidden)),
            scope.Keep(Norm($"{prefix}post_feedforward_layernorm_2.weight", hidden)),
            scope.Keep(Norm($"{prefix}post_feedforward_layernorm_1.weight", hidden))
        );
    }

    /// <summary>Reads a matrix of each expert; they lie in one tensor.</summary>
    private List<Matrix> Each(string name, long count, long rows, long columns)
    {
        using var scope = TensorScope.Open();
        var whole = Read(name, [count, rows, columns], quantization);
        var matrices = new List<Matrix>();
        for (long expert = 0; expert < count; expert++)
        {
            matrices.Add(Held(whole.Select(expert), quantization));
        }

        return matrices;
    }

    private Matrix Stack(string prefix, long columns, params (string Name, long Rows)[] parts)
    {
        using var scope = TensorScope.Open();
        Tensor[] matrices =
        [
            .. parts.Select(part => Read($"{prefix}{part.Name}.weight", [part.Rows, columns], quantization)),
        ];
        return Held(matrices.Length == 1 ? matrices[0] : Tensor.Concatenate(0, matrices), quantization);
    }

    /// <summary>Reads embedding or head, which decide what is said: 4 bits are too few for them.</summary>
    private Matrix Lookup(string name, long columns)
    {
        var form = quantization == Quantization.None ? Quantization.None : Quantization.Int8;
        using var scope = TensorScope.Open();
        return Held(Read(name, [config.VocabSize, columns], form), form);
    }

    /// <summary>Reads what is quantised as float32 onto the host, all else as it will be.</summary>
    private Tensor Read(string name, ReadOnlySpan<long> shape, Quantization form) =>
        form == Quantization.None
            ? checkpoint.Read(name, shape, type, device)
            : checkpoint.Read(name, shape, ScalarType.Float32, Device.Cpu);

    private Matrix Held(Tensor weight, Quantization form) =>
        form switch
        {
            Quantization.None => new DenseMatrix(weight.Detach()),
            Quantization.Int4 when Int4Matrix.Fits(weight.Size(0), weight.Size(1), device) => Int4Matrix.Quantize(
                weight,
                type,
                device
            ),
            _ => Int8Matrix.Quantize(weight, type, device),
        };

    private Tensor QueryKeyNorm(string prefix, LayerShape shape)
    {
        using var scope = TensorScope.Open();
        var query = Norm($"{prefix}self_attn.q_norm.weight", shape.HeadDim)
            .Multiply(Attention.QueryFactor(config))
            .Expand(config.Heads, shape.HeadDim);
        return scope.Keep(
            shape.OwnsKeys
                ? Tensor.Concatenate(
                    0,
                    query,
                    Norm($"{prefix}self_attn.k_norm.weight", shape.HeadDim).Expand(shape.KvHeads, shape.HeadDim)
                )
                : query.Copy()
        );
    }

    private Tensor Norm(string name, long size)
    {
        using var stored = checkpoint.Read(name, [size], ScalarType.Float32, device);
        return stored.Add(config.NormOffset);
    }

    private float Number(string name)
    {
        using var scope = TensorScope.Open();
        return checkpoint.Read(name, [1], ScalarType.Float32, Device.Cpu).ToArray<float>()[0];
    }
}
