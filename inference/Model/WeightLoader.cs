using GemmaInference.Model.Matrices;
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
        var embedding = Lookup("model.embed_tokens.weight");
        var head = config.TiedEmbeddings ? embedding : Lookup("lm_head.weight");
        var layers = Enumerable.Range(0, config.Layers).Select(Layer).ToList();
        return new GemmaWeights(embedding, head, Norm("model.norm.weight", config.HiddenSize), layers);
    }

    private LayerWeights Layer(int layer)
    {
        var prefix = $"model.layers.{layer}.";
        long hidden = config.HiddenSize,
            queries = (long)config.Heads * config.HeadDim,
            keys = (long)config.KvHeads * config.HeadDim;
        return new LayerWeights(
            Stack(hidden, ("self_attn.q_proj", queries), ("self_attn.k_proj", keys), ("self_attn.v_proj", keys)),
            Stack(queries, ("self_attn.o_proj", hidden)),
            Stack(hidden, ("mlp.gate_proj", config.IntermediateSize), ("mlp.up_proj", config.IntermediateSize)),
            Stack(config.IntermediateSize, ("mlp.down_proj", hidden)),
            Norm($"{prefix}input_layernorm.weight", hidden),
            Norm($"{prefix}post_attention_layernorm.weight", hidden),
            config.HasPostNorms ? Norm($"{prefix}pre_feedforward_layernorm.weight", hidden) : null,
            config.HasPostNorms ? Norm($"{prefix}post_feedforward_layernorm.weight", hidden) : null,
            config.HasQueryKeyNorms ? QueryKeyNorm(prefix) : null
        );

        Matrix Stack(long columns, params (string Name, long Rows)[] parts)
        {
            using var scope = TensorScope.Open();
            Tensor[] matrices =
            [
                .. parts.Select(part => Read($"{prefix}{part.Name}.weight", [part.Rows, columns], quantization)),
            ];
            return Held(matrices.Length == 1 ? matrices[0] : Tensor.Concatenate(0, matrices), quantization);
        }
    }

    /// <summary>Reads embedding or head, which decide what is said: 4 bits are too few for them.</summary>
    private Matrix Lookup(string name)
    {
        var form = quantization == Quantization.None ? Quantization.None : Quantization.Int8;
        using var scope = TensorScope.Open();
        return Held(Read(name, [config.VocabSize, config.HiddenSize], form), form);
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
            Quantization.Int4 when Int4Matrix.Fits(weight.Size(0), weight.Size(1)) => Int4Matrix.Quantize(
                weight,
                type,
                device
            ),
            _ => Int8Matrix.Quantize(weight, type, device),
        };

    private Tensor QueryKeyNorm(string prefix)
    {
        using var scope = TensorScope.Open();
        var query = Norm($"{prefix}self_attn.q_norm.weight", config.HeadDim).Multiply(Attention.QueryFactor(config));
        var key = Norm($"{prefix}self_attn.k_norm.weight", config.HeadDim);
        return scope.Keep(
            Tensor.Concatenate(
                0,
                query.Expand(config.Heads, config.HeadDim),
                key.Expand(config.KvHeads, config.HeadDim)
            )
        );
    }

    private Tensor Norm(string name, long size)
    {
        using var stored = checkpoint.Read(name, [size], ScalarType.Float32, device);
        return stored.Add(1);
    }
}
